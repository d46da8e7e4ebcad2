import { must } from '@gondola/shared/lib/assert.ts';
import type { Clock, RandomSource, Scheduler } from '@gondola/shared/lib/effects.ts';
import { PULL_POLL_INTERVAL_MS, PULL_ROWS_DEFAULT, PUSH_RECORDS_MAX } from '@gondola/shared/lib/limits.ts';
import type { SyncError } from '../protocol/error.ts';
import type { Poke } from '../protocol/poke.ts';
import { PROTOCOL_VERSION } from '../protocol/version.ts';
import { helloRequestOf, recordInsteadOf } from './hello.ts';
import { openSheet } from './open-sheet.ts';
import type { GrantParts, JournalReader, PokeListener, ReplicaWriter, Transport } from './ports.ts';
import { recordedAtOf, withinBytes } from './records.ts';
import {
  INITIAL_SYNC_STATE,
  nextSyncStep,
  type SyncEffect,
  type SyncEvent,
  type SyncState,
} from './state.ts';
import type { SyncEngine, SyncStatus } from './status.ts';
import { Watermarks } from './watermarks.ts';

export interface SyncEngineParts {
  readonly tillId: string;
  readonly life: number;
  readonly journal: JournalReader;
  readonly replica: ReplicaWriter;
  readonly transport: Transport;
  readonly pokes: PokeListener;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly random: RandomSource;
  readonly grants?: GrantParts;
  /** What the replica already knows to be decided, so that the queue is counted right before the first contact. */
  readonly acknowledgedSequence?: number;
  /** Between pulls when nothing pokes; default {@link PULL_POLL_INTERVAL_MS}. */
  readonly pollIntervalMs?: number;
}

/** The shell around the pure machine of state.ts: event → state → effects. The only stateful file of the client. */
export function createSyncEngine(parts: SyncEngineParts): SyncEngine {
  return new Engine(parts);
}

class Engine implements SyncEngine {
  readonly #parts: SyncEngineParts;
  readonly #listeners = new Set<(status: SyncStatus) => void>();
  #state: SyncState = INITIAL_SYNC_STATE;
  /** Raised at every start and stop, so that an answer of an earlier run changes nothing. */
  #run = 0;
  #request: Promise<void> = Promise.resolve();
  #cancelTimer: () => void = () => {};
  #catalogue: { received: number; total: number } | null = null;
  #lastContactAtMs: number | null = null;
  #clockErrorMs: number | null = null;
  readonly #watermarks = new Watermarks();
  #oldestWaiting: { readonly sequence: number; readonly recordedAt: string } | null = null;

  constructor(parts: SyncEngineParts) {
    this.#parts = parts;
    this.#state = { ...INITIAL_SYNC_STATE, acknowledgedSequence: parts.acknowledgedSequence ?? 0 };
  }

  start(): void {
    if (this.#state.name !== 'stopped') return;
    this.#run += 1;
    this.#parts.pokes.connect({
      onPoke: (poke) => this.#onPoke(poke),
      onConnected: () => {
        this.#dispatch({ type: 'retry-due' });
        this.#dispatch({ type: 'pull-wanted' });
      },
      onDisconnected: () => {},
    });
    this.#dispatch({ type: 'started', journalSequence: this.#parts.journal.head().sequence });
    this.#publishQueueAge();
  }

  async stop(): Promise<void> {
    this.#run += 1;
    this.#cancelTimer();
    this.#parts.pokes.close();
    this.#dispatch({ type: 'stopped' });
    await this.#request;
  }

  journalGrew(): void {
    this.#dispatch({ type: 'journal-grew', journalSequence: this.#parts.journal.head().sequence });
    this.#publishQueueAge();
  }

  retryNow(): void {
    if (this.#state.name === 'halted' || this.#state.name === 'offline')
      this.#dispatch({ type: 'retry-due' });
  }

  status(): SyncStatus {
    const state = this.#state;
    const count = Math.max(0, this.#parts.journal.head().sequence - state.acknowledgedSequence);
    return {
      state: state.name,
      acknowledgedSequence: state.acknowledgedSequence,
      waiting: { count, oldestRecordedAt: count === 0 ? null : (this.#oldestWaiting?.recordedAt ?? null) },
      catalogueProgress: this.#catalogue,
      lastContactAtMs: this.#lastContactAtMs,
      clockErrorMs: this.#clockErrorMs,
      problem: state.problem,
    };
  }

  subscribe(listener: (status: SyncStatus) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Pulls only for what is not here yet: a till's own push is often pulled before its poke arrives. */
  #onPoke(poke: Poke): void {
    // A pull under way looks at the watermarks itself when it ends; a poke without one asks for another.
    const isNews = this.#watermarks.isNews(poke);
    const looksItself =
      this.#state.name === 'pulling' && (poke.inventory !== null || poke.catalogue !== null);
    if (isNews && !looksItself) this.#dispatch({ type: 'pull-wanted' });
  }

  #dispatch(event: SyncEvent): void {
    const step = nextSyncStep(this.#state, event);
    const changed = step.state !== this.#state;
    this.#state = step.state;
    for (const effect of step.effects) this.#perform(effect);
    if (changed) this.#publish();
  }

  #publish(): void {
    const status = this.status();
    for (const listener of this.#listeners) listener(status);
  }

  #perform(effect: SyncEffect): void {
    this.#cancelTimer();
    switch (effect.type) {
      case 'wait-for-poll':
        this.#arm(this.#parts.pollIntervalMs ?? PULL_POLL_INTERVAL_MS, { type: 'pull-wanted' });
        return;
      case 'wait-for-retry':
        this.#arm(effect.delayMs, { type: 'retry-due' });
        return;
      case 'send-hello':
        this.#request = this.#send(() => this.#hello());
        return;
      case 'send-push':
        this.#request = this.#send(() => this.#push(effect.firstSequence));
        return;
      case 'send-pull':
        this.#request = this.#send(() => this.#pull());
        return;
    }
  }

  #arm(delayMs: number, event: SyncEvent): void {
    const run = this.#run;
    this.#cancelTimer = this.#parts.scheduler.after(delayMs, () => {
      if (run === this.#run) this.#dispatch(event);
    });
  }

  async #send(request: () => Promise<SyncEvent>): Promise<void> {
    const run = this.#run;
    let event: SyncEvent;
    try {
      event = await request();
    } catch (cause) {
      // The journal or the replica failed to answer: as good as no network, and tried again with a delay.
      event = this.#failed({
        kind: 'internal',
        message: cause instanceof Error ? cause.message : String(cause),
      });
    }
    if (run !== this.#run) return;
    if (event.type !== 'failed') this.#lastContactAtMs = this.#parts.clock.wallMs();
    await this.#refreshOldestWaiting(event);
    if (run === this.#run) this.#dispatch(event);
  }

  async #hello(): Promise<SyncEvent> {
    const { transport, clock } = this.#parts;
    await this.#refreshOldestWaiting();
    const answer = await transport.hello(helloRequestOf(this.#parts, this.status().waiting));
    if (!answer.ok) return this.#failed(answer.error);
    const { acknowledged, centralTime } = answer.value;
    this.#clockErrorMs = Date.parse(centralTime) - clock.wallMs();
    const own = await recordInsteadOf(this.#parts.journal, acknowledged);
    if (own !== null) {
      // The centre cannot know what stands deeper in this journal, so it is told: it retires the life.
      await transport.hello({ ...helloRequestOf(this.#parts, this.status().waiting), fork: own });
      return this.#failed({
        kind: 'life-forked',
        message:
          'This till was restored from a copy or cloned: its journal is not the one the centre knows. Enrol it again.',
        acknowledged,
      });
    }
    return { type: 'greeted', acknowledgedSequence: acknowledged.sequence };
  }

  async #push(firstSequence: number): Promise<SyncEvent> {
    const { journal, transport, life } = this.#parts;
    const records = withinBytes(await journal.read(firstSequence, PUSH_RECORDS_MAX));
    must(records[0], 'a push is sent only while the journal has a record that is not acknowledged');
    const answer = await transport.push({
      protocolVersion: PROTOCOL_VERSION,
      life,
      firstSequence,
      records: records.map((record) => record.raw),
      waiting: this.status().waiting,
    });
    if (!answer.ok) return this.#failed(answer.error);
    const { acknowledged } = answer.value;
    if (acknowledged.sequence < firstSequence) {
      // Without this, an authority that decides nothing would be asked again at once, for ever.
      return this.#failed({
        kind: 'sequence-gap',
        message: 'The centre decided none of the records sent.',
        acknowledged,
      });
    }
    return { type: 'pushed', acknowledgedSequence: acknowledged.sequence };
  }

  async #pull(): Promise<SyncEvent> {
    const { replica, transport, life, grants } = this.#parts;
    const checkpoints = await replica.checkpoints();
    this.#watermarks.pullSent();
    const nonce = grants?.newNonce();
    const start = grants?.readClocks();
    const answer = await transport.pull({
      protocolVersion: PROTOCOL_VERSION,
      life,
      ...checkpoints,
      rowsMax: PULL_ROWS_DEFAULT,
      ...(nonce === undefined ? {} : { nonce }),
    });
    if (!answer.ok) return this.#failed(answer.error);
    const { inventory, catalogue } = answer.value;
    const sheet = await openSheet(grants?.verifier, inventory, {
      ...{ tillId: this.#parts.tillId, life, nonce },
    });
    if (sheet === 'forged') {
      return this.#failed({
        kind: 'grants-forged',
        message:
          'What came down is not signed by the centre this till was enrolled at; nothing of it was used.',
      });
    }
    await replica.applyInventory({ ...inventory, allotments: sheet?.allotments ?? [] });
    await replica.applyCatalogue(catalogue);
    if (sheet !== null && start !== undefined)
      grants?.onTerm({ start, spendMs: sheet.spendMs, holdMs: sheet.holdMs });
    this.#countCatalogue(checkpoints.catalogue === null || catalogue.reset, catalogue);
    this.#watermarks.pulled(inventory, catalogue);
    const moved = inventory.checkpoint.position !== checkpoints.inventory?.position;
    return {
      type: 'pulled',
      hasMore: inventory.hasMore || catalogue.hasMore || this.#watermarks.wantsMore(moved),
    };
  }

  #countCatalogue(
    first: boolean,
    page: { hasMore: boolean; total: number; products: readonly unknown[] },
  ): void {
    if (!page.hasMore) {
      this.#catalogue = null;
      return;
    }
    const before = first ? 0 : (this.#catalogue?.received ?? 0);
    this.#catalogue = { received: before + page.products.length, total: page.total };
  }

  #failed(error: SyncError): SyncEvent {
    return { type: 'failed', error, random: this.#parts.random.next() };
  }

  #publishQueueAge(): void {
    // A failed read here only leaves the age unknown; the request that needs the record will report it.
    this.#refreshOldestWaiting().then(
      () => this.#publish(),
      () => this.#publish(),
    );
  }

  /** Keeps the age of the queue known without reading the journal at every look. */
  async #refreshOldestWaiting(event?: SyncEvent): Promise<void> {
    const acknowledged =
      event !== undefined && 'acknowledgedSequence' in event
        ? event.acknowledgedSequence
        : this.#state.acknowledgedSequence;
    const sequence = acknowledged + 1;
    if (this.#oldestWaiting?.sequence === sequence) return;
    const [record] = await this.#parts.journal.read(sequence, 1);
    this.#oldestWaiting = record === undefined ? null : { sequence, recordedAt: recordedAtOf(record) };
  }
}
