import type { SyncError } from '../protocol/error.ts';
import type { Waiting } from '../protocol/hello.ts';

/**
 * Where the engine stands.
 *
 * `offline`: the centre did not answer, and the next try waits for its delay or for the network.
 * `greeting`, `pushing`, `pulling`: a request is under way. `live`: nothing to do until the journal grows, a poke or the poll.
 * `halted`: only a person can help (see `problem`); selling and journaling go on. `stopped`: not started, or stopped.
 */
export const SYNC_STATES = [
  'stopped',
  'greeting',
  'pushing',
  'pulling',
  'live',
  'offline',
  'halted',
] as const;
export type SyncStateName = (typeof SYNC_STATES)[number];

/** What screens show of the engine. */
export interface SyncStatus {
  readonly state: SyncStateName;
  /** Last sequence of this life that the authority has decided, as far as this till knows. */
  readonly acknowledgedSequence: number;
  readonly waiting: Waiting;
  /** Progress of the catalogue's load; null once it has been whole. */
  readonly catalogueProgress: { readonly received: number; readonly total: number } | null;
  /** When the centre last answered, by the till's wall clock; null if never since the start. */
  readonly lastContactAtMs: number | null;
  /** Centre's wall clock minus the till's at the last hello, in ms; null before it. */
  readonly clockErrorMs: number | null;
  readonly problem: SyncError | null;
}

export interface SyncEngine {
  start(): void;
  /** Stops after the request under way; resolves when nothing will call the ports again. */
  stop(): Promise<void>;
  /** The journal has a new record on disk. */
  journalGrew(): void;
  /** The network may be back: try at once instead of waiting for the delay. */
  retryNow(): void;
  status(): SyncStatus;
  /** Called after every change of the status; returns the unsubscribe function. */
  subscribe(listener: (status: SyncStatus) => void): () => void;
}
