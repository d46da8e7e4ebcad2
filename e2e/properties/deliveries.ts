import { Authority } from '@gondola/central/inventory/authority.ts';
import { MemoryLedger } from '@gondola/central/inventory/memory-ledger.ts';
import type { Submission, SubmissionOutcome } from '@gondola/central/inventory/submission.ts';
import { batchSettings } from '@gondola/central/testing/batch-settings.ts';
import { derivedUuid } from '@gondola/shared/domain/ids.ts';
import { hashRaw, type JournalHead, sealRecord } from '@gondola/shared/domain/journal-record.ts';
import { EMPTY_POOL, onHand, type Pool } from '@gondola/shared/domain/pool.ts';
import { GENESIS_HASH, type OperationBody } from '@gondola/shared/schemas/operations.ts';

export const STORE_ID = derivedUuid('store');
const LOG_ID = derivedUuid('log');
const TILL_IDS = ['a', 'b', 'c'].map((name) => derivedUuid(`till ${name}`));
const REQUESTS = new Set(['reserve', 'commit', 'release']);
const START_MS = Date.UTC(2026, 0, 1);
/** Longer than tills count as alive, so that nothing is dealt while a test delivers. */
const SILENCE_MS = 600_000;
export const HOLD_MS = 300_000;

/** A journal written by hand: whatever it holds can be sent any number of times. */
export class Journal {
  readonly identity: { readonly storeId: string; readonly tillId: string; readonly life: number };
  readonly records: string[] = [];
  head: JournalHead = { sequence: 0, hash: GENESIS_HASH };

  constructor(till: number) {
    this.identity = { storeId: STORE_ID, tillId: TILL_IDS[till] ?? '', life: 1 };
  }

  write(body: { readonly type: string; readonly [member: string]: unknown }): void {
    const label = REQUESTS.has(body.type) ? 'PROVISIONAL' : 'RECORDED';
    const recordedAt = '2026-01-01T10:00:00.000Z';
    this.writeRaw(sealRecord(this.identity, this.head, { recordedAt, label, seen: null, body }).raw);
  }

  /** Puts any text into the chain. */
  writeRaw(raw: string): void {
    this.records.push(raw);
    this.head = { sequence: this.records.length, hash: hashRaw(raw) };
  }

  idOf(sequence: number): string {
    return `till:${this.identity.tillId}:1:${sequence}`;
  }

  submission(first: number, count: number): Submission {
    const records = this.records.slice(first - 1, first - 1 + count);
    return { kind: 'journal', identity: this.identity, firstSequence: first, records };
  }
}

/** The authority over an empty ledger in memory, with what it refused and what its log says. */
export class Bench {
  readonly ledger: MemoryLedger;
  readonly refused: string[] = [];
  readonly failures: unknown[] = [];
  nowMs = START_MS;
  #authority: Authority;
  #singles = 0;

  constructor() {
    this.ledger = new MemoryLedger(LOG_ID, () => new Date(this.nowMs).toISOString());
    this.#authority = this.#start('off');
  }

  #start(mode: 'off' | 'balanced'): Authority {
    const observer = {
      batchDecided() {},
      batchFailed: (error: unknown) => void this.failures.push(error),
      refused: (kind: string) => void this.refused.push(kind),
    };
    const grants = { mode, halfLifeMs: SILENCE_MS, webLines: 1 };
    const settings = batchSettings({ reservationTimeoutMs: HOLD_MS, grants });
    return new Authority(this.ledger, settings, observer, { monotonicMs: () => 0 });
  }

  /** Stocks tea and leases some of it to the tills of these journals, by the policy. */
  async stock(quantity: number, tills: readonly Journal[] = []): Promise<void> {
    await this.single({ type: 'receive', lines: [{ sku: 'tea', quantity }] });
    if (tills.length === 0) return;
    this.#authority = this.#start('balanced');
    for (const { identity } of tills)
      await this.ledger.renewTerm(identity, { termMs: 86_400_000, renewAfterMs: 60_000 });
    await this.deal();
    this.#authority = this.#start('off');
    this.nowMs += SILENCE_MS;
  }

  async deal(): Promise<void> {
    await this.submit({ kind: 'deal', pools: [{ storeId: STORE_ID, sku: 'tea' }] });
  }

  async submit(submission: Submission): Promise<SubmissionOutcome> {
    const result = await this.#authority.submit(submission);
    if (!result.ok) throw new Error(`the authority answered ${result.error}: ${String(this.failures[0])}`);
    return result.value;
  }

  single(body: object, id = `single ${this.#singles++}`): Promise<SubmissionOutcome> {
    const raw = JSON.stringify(body);
    return this.submit({
      kind: 'single',
      operation: {
        ...{ operationId: `api:key:${id}`, contentHash: hashRaw(raw), storeId: STORE_ID, raw },
        origin: { kind: 'api', apiKeyId: 'key' },
        ...{ readable: true, label: null, recordedAt: null, seen: null },
        body: body as OperationBody,
      },
    });
  }

  async pool(): Promise<Pool & { readonly onHand: number }> {
    const pools = await this.ledger.transaction('exclusive', (tx) =>
      tx.readPools([{ storeId: STORE_ID, sku: 'tea' }]),
    );
    const pool = pools.get(`${STORE_ID}/tea`)?.pool ?? EMPTY_POOL;
    return { ...pool, onHand: onHand(pool) };
  }

  /** The unit figures of every lease, in one order. */
  async leases(): Promise<readonly string[]> {
    const keys = [{ storeId: STORE_ID, sku: 'tea' }];
    const rows = await this.ledger.transaction('exclusive', (tx) => tx.findAllotments(keys));
    return rows
      .map(({ tillId, number, state, granted, consumed, held, surrendered }) =>
        [tillId, number, state, granted, consumed, held, surrendered].join(' '),
      )
      .sort();
  }

  /** Verdicts by operation, with how often each was given. */
  verdicts(): Map<string, { readonly text: string; readonly count: number }> {
    const verdicts = new Map<string, { text: string; count: number }>();
    for (const { event } of this.ledger.log) {
      if (event.type !== 'OperationDecided') continue;
      const count = (verdicts.get(event.operationId)?.count ?? 0) + 1;
      const text = `${event.verdict} ${event.reason} ${JSON.stringify(event.excess)}`;
      verdicts.set(event.operationId, { text, count });
    }
    return verdicts;
  }
}

/** A sale of tea, perhaps of a hold or charged to the till's lease. */
export function sale(quantity: number, more: object = {}) {
  const lines = [{ sku: 'tea', quantity, unitPriceMinor: 1, ...more }];
  return { type: 'sell', basketId: derivedUuid('basket'), lines, totalMinor: quantity };
}
