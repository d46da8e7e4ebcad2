import { z } from 'zod';
import type { Api } from './api-client.ts';

/** `signed-out` says why: no session was here, the link was refused, the session ended, or the person left. */
export type Session =
  | { readonly kind: 'checking' }
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'signed-out'; readonly why: 'none' | 'link-refused' | 'too-many' | 'ended' | 'left' }
  | { readonly kind: 'signed-in' };

export interface SessionDesk {
  readonly subscribe: (listener: () => void) => () => void;
  readonly current: () => Session;
  /** Signs in with the link's secret when there is one, else looks whether a session stands. */
  readonly open: (secret: string | null) => Promise<void>;
  readonly leave: () => Promise<void>;
  /** The centre no longer knows this session. */
  readonly ended: () => void;
}

/** Nothing stands before the first position: only the session is asked about. */
const LIGHT_READ = '/console/api/events?before=1';
const LINK = /^#link=([\w-]{16,128})$/;

/** The secret of a one-time link, from the part behind `#`. Pure. */
export function linkSecret(hash: string): string | null {
  return LINK.exec(hash)?.[1] ?? null;
}

/** Who sits here. The cookie itself is out of every script's reach. */
export function createSessionDesk(api: () => Api): SessionDesk {
  let session: Session = { kind: 'checking' };
  const listeners = new Set<() => void>();
  const become = (next: Session): void => {
    session = next;
    for (const listener of listeners) listener();
  };

  async function check(otherwise: Session): Promise<void> {
    const probe = await api().read(LIGHT_READ, z.unknown());
    if (probe.ok) become({ kind: 'signed-in' });
    else become(probe.error.kind === 'unauthenticated' ? otherwise : { kind: 'unreachable' });
  }

  return {
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    current: () => session,
    open: async (secret) => {
      // Trying again while the centre is away must not make the page flicker.
      if (session.kind !== 'unreachable') become({ kind: 'checking' });
      if (secret === null) return check({ kind: 'signed-out', why: 'none' });
      const signedIn = await api().signIn(secret);
      if (signedIn.ok) return become({ kind: 'signed-in' });
      if (signedIn.error.kind === 'unreachable') return become({ kind: 'unreachable' });
      const tooMany = signedIn.error.kind === 'problem' && signedIn.error.status === 429;
      // A used link beside a session that still stands: the page was only opened again.
      return check({ kind: 'signed-out', why: tooMany ? 'too-many' : 'link-refused' });
    },
    leave: async () => {
      const left = await api().signOut();
      if (left.ok) become({ kind: 'signed-out', why: 'left' });
      else become({ kind: 'unreachable' });
    },
    ended: () => {
      if (session.kind === 'signed-in') become({ kind: 'signed-out', why: 'ended' });
    },
  };
}
