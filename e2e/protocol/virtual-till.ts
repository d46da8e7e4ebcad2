import type { Replica } from '@gondola/edge-app/checkout/ports.ts';
import { type MemoryMedium, openMemoryJournal } from '@gondola/edge-app/journal/memory-journal.ts';
import { createMemoryReplica } from '@gondola/edge-app/replica/memory-replica.ts';
import { createTill } from '@gondola/edge-app/till/start-till.ts';
import type { Till, TillIdentity } from '@gondola/edge-app/till/till.ts';
import { derivedUuid } from '@gondola/shared/domain/ids.ts';
import type { Label } from '@gondola/shared/domain/labels.ts';
import type { Clock } from '@gondola/shared/lib/effects.ts';
import { failure } from '@gondola/shared/lib/result.ts';
import type { GrantVerifier, PokeListener, Transport, VerifiedPage } from '@gondola/sync/client/ports.ts';
import type { Poke } from '@gondola/sync/protocol/poke.ts';
import { type Centre, STORE_ID, testVerifier } from './centre.ts';
import type { VirtualTime } from './virtual-time.ts';

export type Message = 'hello' | 'push' | 'pull';
/** What becomes of one message. `answer-lost`: the centre has acted, and nobody here knows. */
export type Fate = 'arrives' | 'request-lost' | 'answer-lost';

/** What a till told somebody, and when in true time. */
export interface Told {
  readonly operationId: string;
  readonly label: Label;
  readonly atMs: number;
}

/** How far this till's clocks are from true time; each may be moved at any moment. */
export interface ClockErrors {
  wallMs: number;
  monotonicMs: number;
  witnessMs: number;
}

export const RECORD_POINTS = ['append', 'flush', 'label'] as const;
export type RecordPoint = (typeof RECORD_POINTS)[number];

export interface TillOptions {
  readonly life?: number;
  readonly medium?: MemoryMedium;
  readonly replica?: Replica;
  readonly hasWitness?: boolean;
  readonly isOnline?: boolean;
  /** Called while a record is on its way: before it is sealed, before it is flushed, and before anybody sees its label. */
  readonly during?: (point: RecordPoint) => Promise<void>;
  readonly verifier?: GrantVerifier;
  readonly around?: (transport: Transport) => Transport;
}

/** A page that came down, and how long the journal was then: what a copy of the disk of that moment holds. */
interface AppliedPage {
  readonly page: VerifiedPage;
  readonly journalLength: number;
}

const cut = failure({ kind: 'unreachable', message: 'cut' } as const);

/** A real till over a journal and a replica in memory; its network, clocks and end are the test's to choose. */
export class VirtualTill {
  readonly identity: TillIdentity;
  readonly medium: MemoryMedium;
  readonly replica: Replica;
  readonly told: Told[] = [];
  readonly pages: AppliedPage[] = [];
  readonly errors: ClockErrors = { wallMs: 0, monotonicMs: 0, witnessMs: 0 };
  isOnline = true;
  fateOf: (message: Message) => Fate = () => 'arrives';
  isPokeLost: () => boolean = () => false;
  #till: Till | null = null;
  #isDead = false;
  #onPoke: (poke: Poke) => void = () => {};
  #ids = 0;
  readonly #name: string;
  readonly #time: VirtualTime;
  readonly #journal: ReturnType<typeof openMemoryJournal>;

  private constructor(time: VirtualTime, name: string, options: TillOptions) {
    this.#name = name;
    this.#time = time;
    this.identity = {
      ...{ storeId: STORE_ID, storeName: 'Store', tillId: derivedUuid(`till ${name}`), tillName: name },
      ...{ life: options.life ?? 1, currency: 'BRL' },
    };
    this.medium = options.medium ?? [];
    this.replica = options.replica ?? createMemoryReplica();
    this.isOnline = options.isOnline ?? true;
    const during = options.during ?? (async () => {});
    const journal = openMemoryJournal({
      ...{ identity: this.identity, medium: this.medium },
      beforeFlush: () => during('flush'),
    });
    this.#journal = {
      ...journal,
      append: async (content) => {
        await during('append');
        const sealed = await journal.append(content);
        await during('label');
        return sealed;
      },
    };
  }

  /** Opens a till on that medium and starts its engine. */
  static async open(
    centre: Centre,
    time: VirtualTime,
    name: string,
    options: TillOptions = {},
  ): Promise<VirtualTill> {
    const one = new VirtualTill(time, name, options);
    const transport = one.#overNetwork(centre.transportFor.bind(centre));
    one.#till = await createTill({
      identity: one.identity,
      journal: one.#journal,
      replica: one.#watched(),
      transport: options.around?.(transport) ?? transport,
      pokes: one.#pokes(),
      clock: one.#clock(),
      scheduler: { after: (delayMs, action) => time.scheduler.after(delayMs, () => one.#isDead || action()) },
      random: { next: () => 0.5 },
      ids: { uuid: () => one.#uuid() },
      grantVerifier: options.verifier ?? testVerifier,
      ...(options.hasWitness === true ? { witnessMs: () => time.nowMs + one.errors.witnessMs } : {}),
    });
    one.#till.start();
    return one;
  }

  get till(): Till {
    if (this.#till === null) throw new Error('the till is not open yet');
    return this.#till;
  }

  /** Units of the article that it may spend as its own, by its own numbers. */
  async own(sku: string): Promise<number> {
    const [view] = await this.till.availability([sku]);
    return view?.own ?? 0;
  }

  /** Sells; answers the label that the cashier saw. Selling is never refused. */
  async sell(sku: string, quantity = 1, reservationId?: string): Promise<Label> {
    const line = { sku, quantity, ...(reservationId === undefined ? {} : { reservationId }) };
    return this.#tell(await this.till.ringUp({ basketId: this.#uuid(), lines: [line] })).label;
  }

  /** Holds; answers the hold's id and the label that the cashier saw. */
  async hold(sku: string, quantity = 1): Promise<{ readonly id: string; readonly label: Label }> {
    const { reservationId, label } = this.#tell(await this.till.hold({ sku, quantity }));
    return { id: reservationId, label };
  }

  async release(reservationId: string): Promise<Label> {
    return this.#tell(await this.till.release(reservationId)).label;
  }

  async commit(reservationId: string): Promise<Label> {
    return this.#tell(await this.till.commit({ reservationId })).label;
  }

  goOnline(): void {
    this.isOnline = true;
    this.till.retryNow();
  }

  poke(): void {
    if (this.isOnline && !this.#isDead && !this.isPokeLost())
      this.#onPoke({ inventory: null, catalogue: null });
  }

  /** The program ends without a word. What is on the medium stays there; nothing else of it acts any more. */
  async crash(): Promise<void> {
    this.#isDead = true;
    await this.#journal.close();
  }

  /** The replica as a copy of the disk held it when the journal had that many records. */
  async replicaAt(journalLength: number): Promise<Replica> {
    const copy = createMemoryReplica();
    for (const { page } of this.pages.filter((one) => one.journalLength <= journalLength))
      await copy.applyInventory(page);
    for (const sku of await this.replica.productPage('', COPIED_PRODUCTS_MAX))
      await copy.applyCatalogue({
        checkpoint: (await this.replica.checkpoints()).catalogue ?? { logId: STORE_ID, position: 0 },
        ...{ hasMore: false, head: 0, reset: false, products: [sku], total: 1 },
      });
    return copy;
  }

  #tell<Value extends { readonly operationId: string; readonly label: Label }>(
    outcome: { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly error: unknown },
  ): Value {
    if (!outcome.ok) throw new Error(`the till refused: ${JSON.stringify(outcome.error)}`);
    const { operationId, label } = outcome.value;
    this.told.push({ operationId, label, atMs: this.#time.nowMs });
    return outcome.value;
  }

  #uuid(): string {
    this.#ids += 1;
    // Two programs on copies of one medium make other ids.
    return derivedUuid(
      `${this.#name}/${this.identity.life}/${this.#time.nowMs}/${this.medium.length}/${this.#ids}`,
    );
  }

  #clock(): Clock {
    return {
      wallMs: () => this.#time.nowMs + this.errors.wallMs,
      monotonicMs: () => this.#time.nowMs + this.errors.monotonicMs,
    };
  }

  #watched(): Replica {
    return {
      ...this.replica,
      applyInventory: async (page) => {
        this.pages.push({ page, journalLength: this.medium.length });
        await this.replica.applyInventory(page);
      },
    };
  }

  #overNetwork(transportFor: (till: TillIdentity) => Transport): Transport {
    const transport = () => transportFor(this.identity);
    const through = async <Answer>(message: Message, call: () => Promise<Answer>) => {
      const fate = this.#isDead || !this.isOnline ? 'request-lost' : this.fateOf(message);
      if (fate === 'request-lost') return cut;
      const answer = await call();
      return fate === 'answer-lost' || !this.isOnline ? cut : answer;
    };
    return {
      hello: (request) => through('hello', () => transport().hello(request)),
      push: (request) => through('push', () => transport().push(request)),
      pull: (request) => through('pull', () => transport().pull(request)),
    };
  }

  #pokes(): PokeListener {
    return {
      connect: (handlers) => {
        this.#onPoke = (poke) => handlers.onPoke(poke);
      },
      close() {},
    };
  }
}

const COPIED_PRODUCTS_MAX = 100;
