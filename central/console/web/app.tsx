import { useSyncExternalStore } from 'react';
import { type Console, ConsoleContext } from './console-context.ts';
import { Frame } from './frame.tsx';
import type { SessionDesk } from './session.ts';
import { CheckingPage, SignedOutPage, UnreachablePage } from './sign-in-page.tsx';

interface AppProps {
  readonly session: SessionDesk;
  /** Opens what a signed-in page stands on; called once per session. */
  readonly open: () => Console;
}

/** Which page stands is decided by the session alone. */
export function App({ session, open }: AppProps) {
  const current = useSyncExternalStore(session.subscribe, session.current);
  switch (current.kind) {
    case 'checking':
      return <CheckingPage />;
    case 'unreachable':
      return <UnreachablePage session={session} />;
    case 'signed-out':
      return <SignedOutPage why={current.why} />;
    case 'signed-in':
      return (
        <ConsoleContext value={open()}>
          <Frame />
        </ConsoleContext>
      );
  }
}
