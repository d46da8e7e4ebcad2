import type { BatchSettings } from '@gondola/central/inventory/handle-batch.ts';
import { must } from '@gondola/shared/lib/assert.ts';
import type { OperationBody } from '@gondola/shared/schemas/operations.ts';
import type { AllotmentRow, ConflictRow, PoolRow } from '@gondola/shared/schemas/rows.ts';
import { auditLog } from './audit-log.ts';
import { Centre, HOLD_MS, LEASING, SKUS, STORE_ID } from './centre.ts';
import { type TillOptions, VirtualTill } from './virtual-till.ts';
import { settle, VirtualTime } from './virtual-time.ts';

/** Longer than the dealer's pause, so that each round deals. */
const ROUND_MS = 1_100;
const ROUNDS_COUNT = 3;
/** Recall, surrender, dealing and settling of what is left need a few answers each. */
const DRAIN_ROUNDS_COUNT = 8;

interface Opening {
  readonly units?: number;
  readonly settings?: Partial<BatchSettings>;
}

/** One store with its tills and the centre, in one process and in virtual time. */
export class World {
  readonly time = new VirtualTime();
  readonly centre: Centre;
  /** Every till ever opened, dead ones too: what they told and what is on their media must be kept. */
  readonly tills: VirtualTill[] = [];
  #stocked = 0;

  private constructor(settings: Partial<BatchSettings>) {
    this.centre = new Centre(this.time, settings);
  }

  /** A store with that many units of tea, and tills that have their first leases. */
  static async open(names: readonly string[], { units = 20, settings = {} }: Opening = {}): Promise<World> {
    const world = new World(settings);
    world.#stocked = units;
    await world.centre.stock('tea', units);
    for (const name of names) await world.openTill(name);
    await world.rounds();
    return world;
  }

  async openTill(name: string, options: TillOptions = {}): Promise<VirtualTill> {
    const till = await VirtualTill.open(this.centre, this.time, name, options);
    this.tills.push(till);
    await settle();
    return till;
  }

  at(index: number): VirtualTill {
    return must(this.tills[index], 'a till of this world');
  }

  async stock(quantity: number): Promise<void> {
    await this.centre.stock('tea', quantity);
    this.#stocked += quantity;
  }

  /** The centre does what it does by itself, and everybody hears of it. */
  async rounds(count = ROUNDS_COUNT): Promise<void> {
    for (let round = 0; round < count; round += 1) {
      await this.time.pass(ROUND_MS);
      await this.centre.sweep();
      for (const till of this.tills) till.poke();
      await settle();
    }
  }

  pool(sku = 'tea'): PoolRow {
    this.centre.feed.fold();
    return must(this.centre.feed.pools.get(`${STORE_ID}/${sku}`)?.row, 'the pool was stocked');
  }

  allotment(till: VirtualTill, sku = 'tea'): AllotmentRow | undefined {
    this.centre.feed.fold();
    const { tillId, life } = till.identity;
    return this.centre.feed.allotments.get(`${STORE_ID}/${sku}/${tillId}/${life}`);
  }

  conflicts(kind?: ConflictRow['kind']): ConflictRow[] {
    this.centre.feed.fold();
    return [...this.centre.feed.conflicts.values()].filter((row) => kind === undefined || row.kind === kind);
  }

  /** When the till's right to spend ends, by the authority's clock. */
  async termEndsAt({ identity }: VirtualTill): Promise<number> {
    const [head] = await this.centre.ledger.transaction('exclusive', (tx) => tx.readHeads([identity]));
    return Date.parse(head?.termEndsAt ?? '');
  }

  /** Whether the centre has ended the till's life. */
  async isRetired({ identity }: VirtualTill): Promise<boolean> {
    const [head] = await this.centre.ledger.transaction('exclusive', (tx) => tx.readHeads([identity]));
    return head?.isRetired === true;
  }

  verdictOf(operationId: string) {
    this.centre.feed.fold();
    return this.centre.feed.verdicts.get(operationId);
  }

  /** A person takes back what a till that will not come back holds. */
  async force({ identity }: VirtualTill): Promise<void> {
    await this.centre.authority.submit({
      kind: 'force',
      pool: { storeId: STORE_ID, sku: 'tea' },
      of: { tillId: identity.tillId, life: identity.life },
      by: { cause: 'person', forcedBy: 'somebody', reason: 'lost' },
    });
  }

  /** Operations that a cashier saw as GUARANTEED and that the centre refused or found beyond the book. */
  falseGuarantees(): string[] {
    return this.tills
      .flatMap(({ told }) => told)
      .filter(({ label }) => label === 'GUARANTEED')
      .flatMap(({ operationId }) => {
        const verdict = this.verdictOf(operationId);
        const isKept =
          verdict === undefined ||
          ((verdict.verdict === 'ACCEPTED' || verdict.verdict === 'RECORDED') && verdict.excess.length === 0);
        return isKept ? [] : [`${operationId}: ${verdict.verdict} ${verdict.reason ?? 'excess'}`];
      });
  }

  /** Everything that must hold at any moment, whatever happened. */
  faults(): string[] {
    return [
      ...auditLog(this.centre.ledger.log.map(({ event }) => event)),
      ...this.falseGuarantees().map((one) => `false guarantee: ${one}`),
      ...this.centre.failures.map((error) => `batch failed: ${String(error)}`),
    ];
  }

  /** Records on the tills' media that the centre has not decided, of lives that go on. */
  async undecided(): Promise<string[]> {
    const open: string[] = [];
    for (const till of this.tills) {
      for (const { sequence, hash } of till.medium) {
        const id = `till:${till.identity.tillId}:${till.identity.life}:${sequence}`;
        if ((await this.#decidedHash(id)) !== hash) open.push(id);
      }
    }
    return open;
  }

  /** The centre asks all units back. */
  async recallAll(): Promise<void> {
    this.centre.restart({ grants: { mode: 'off', halfLifeMs: 1, webLines: 0 } });
    await this.#dealAll();
  }

  /** The centre leases again, as its policy says. */
  async dealAgain(): Promise<void> {
    this.centre.restart({ grants: LEASING });
    await this.#dealAll();
    await this.rounds(1);
  }

  async #dealAll(): Promise<void> {
    const pools = SKUS.map((sku) => ({ storeId: STORE_ID, sku }));
    await this.centre.authority.submit({ kind: 'deal', pools });
    for (const till of this.tills) till.poke();
    await settle();
  }

  /**
   * The leases are called in and the holds run out; then the whole stock must be free again, less what customers took.
   * Answers what is wrong.
   */
  async drain(): Promise<string[]> {
    await this.recallAll();
    await this.time.pass(HOLD_MS + ROUND_MS);
    await this.rounds();
    for (let round = 0; round < DRAIN_ROUNDS_COUNT; round += 1) {
      await this.#dealAll();
      await this.rounds(1);
    }
    const { free, held, allotted, inDoubt, deficit } = this.pool();
    const expected = this.#stocked - (await this.#taken());
    const isRight = held + allotted + inDoubt === 0 && free - deficit === expected;
    const figures = `free ${free}, held ${held}, allotted ${allotted}, in doubt ${inDoubt}, deficit ${deficit}`;
    return isRight ? this.faults() : [...this.faults(), `expected ${expected} units: ${figures}`];
  }

  /** Units of tea that customers took, by the records on the media that the centre has decided. */
  async #taken(): Promise<number> {
    const counted = new Set<string>();
    const holds = new Map<string, number>();
    let taken = 0;
    for (const till of this.tills) {
      for (const { sequence, hash, raw } of till.medium) {
        const id = `till:${till.identity.tillId}:${till.identity.life}:${sequence}`;
        if (counted.has(id) || (await this.#decidedHash(id)) !== hash) continue;
        counted.add(id);
        const { body } = JSON.parse(raw) as { body: OperationBody };
        if (body.type === 'reserve') holds.set(body.reservationId, body.quantity);
        if (body.type === 'sell')
          for (const { sku, quantity } of body.lines) taken += sku === 'tea' ? quantity : 0;
        // A hold that the web asked for stands in no journal.
        if (body.type === 'commit' && this.verdictOf(id)?.verdict === 'ACCEPTED')
          taken +=
            body.quantity ?? holds.get(body.reservationId) ?? (await this.#heldUnits(body.reservationId));
      }
    }
    return taken;
  }

  async #heldUnits(reservationId: string): Promise<number> {
    return (await this.centre.ledger.findReservation(reservationId))?.quantity ?? 0;
  }

  #decidedHash(id: string): Promise<string | undefined> {
    return this.centre.ledger.transaction(
      'exclusive',
      async (tx) => (await tx.findVerdicts([id])).get(id)?.contentHash,
    );
  }
}
