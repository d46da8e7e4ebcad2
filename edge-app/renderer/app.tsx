import { useSyncExternalStore } from 'react';
import type { TillHost } from '../till/till.ts';
import { EnrolScreen } from './enrol-screen.tsx';
import { FailedScreen, OtherWindowScreen, StartingScreen } from './notice-screens.tsx';
import { TillScreen } from './till-screen.tsx';
import { TillContext, TillHostContext } from './use-till.ts';

/** One page, one till: which screen stands is decided by the session alone. */
export function App({ host }: { readonly host: TillHost }) {
  const session = useSyncExternalStore(host.subscribe, host.session);
  switch (session.kind) {
    case 'starting':
      return <StartingScreen />;
    case 'waiting-for-window':
      return <OtherWindowScreen />;
    case 'failed':
      return <FailedScreen code={session.code} message={session.message} />;
    case 'enrolling':
      return <EnrolScreen busy={session.busy} problem={session.problem} onEnrol={host.enrol} />;
    case 'ready':
      return (
        <TillHostContext value={host}>
          <TillContext value={session.till}>
            <TillScreen />
          </TillContext>
        </TillHostContext>
      );
  }
}
