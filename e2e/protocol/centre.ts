import { Authority } from '@gondola/central/inventory/authority.ts';
import { Dealer } from '@gondola/central/inventory/dealer.ts';
import type { GrantSettings } from '@gondola/central/inventory/grant-policy.ts';
import type { BatchSettings } from '@gondola/central/inventory/handle-batch.ts';
import { JournalDesk } from '@gondola/central/inventory/journal-desk.ts';
import { MemoryLedger } from '@gondola/central/inventory/memory-ledger.ts';
import type { Ledger } from '@gondola/central/inventory/ports.ts';
import {
  sweepDeadlines,
  sweepLapsed,
  sweepOverdue,
  sweepTransfers,
} from '@gondola/central/inventory/sweep.ts';
import { batchSettings } from '@gondola/central/testing/batch-settings.ts';
import { derivedUuid } from '@gondola/shared/domain/ids.ts';
import { hashRaw } from '@gondola/shared/domain/journal-record.ts';
import {
  ALLOTMENT_REPORT_WINDOW_MS,
  ALLOTMENT_TERM_MS,
  ALLOTMENT_TERM_RENEW_AFTER_MS,
} from '@gondola/shared/lib/limits.ts';
import type { OperationBody } from '@gondola/shared/schemas/operations.ts';
import { productRowSchema } from '@gondola/shared/schemas/rows.ts';
import type { GrantVerifier, Transport } from '@gondola/sync/client/ports.ts';
import { greet } from '@gondola/sync/server/greet.ts';
import type { CallingTill, CatalogueFeed, GrantSigner } from '@gondola/sync/server/ports.ts';
import { receivePush } from '@gondola/sync/server/receive-push.ts';
import { servePull } from '@gondola/sync/server/serve-pull.ts';
import { MemoryFeed } from './memory-feed.ts';
import type { VirtualTime } from './virtual-time.ts';

export const SKUS = ['tea', 'mate'] as const;
export const HOLD_MS = 300_000;
export const STORE_ID = derivedUuid('store');
const LOG_ID = derivedUuid('log');
const SECRET = 'the authority’s';

/** Signs and checks at once, without waiting for another thread: what is signed is what matters here. */
export const testSigner: GrantSigner = {
  holdMs: HOLD_MS,
  sign: (raw) => ({ keyId: 'test', raw, signature: hashRaw(SECRET + raw) }),
};
export const testVerifier: GrantVerifier = {
  isSigned: async ({ raw, signature }) => signature === hashRaw(SECRET + raw),
};

export const LEASING: GrantSettings = { mode: 'balanced', halfLifeMs: 7_776_000_000, webLines: 1 };
const SETTINGS = batchSettings({ reservationTimeoutMs: HOLD_MS, grants: LEASING });

/** Ends a transaction on purpose. */
class PlantedFailure extends Error {}

/** The centre in this process: the real authority over the ledger in memory, which is what survives its crashes. */
export class Centre {
  readonly ledger: MemoryLedger;
  readonly feed: MemoryFeed;
  readonly refused: string[] = [];
  /** Of batches that nobody failed on purpose. */
  readonly failures: unknown[] = [];
  readonly #time: VirtualTime;
  #settings: BatchSettings;
  #authority: Authority;
  #dealer: Dealer;
  #desk: JournalDesk;
  /** What the authority works on: the ledger, with transactions that fail before their commit. */
  readonly #serves: Ledger;
  #failingCount = 0;
  #singles = 0;

  constructor(time: VirtualTime, settings: Partial<BatchSettings> = {}) {
    this.#time = time;
    this.ledger = new MemoryLedger(LOG_ID, () => time.iso());
    this.#serves = this.#withFaults();
    this.feed = new MemoryFeed(this.ledger);
    this.#settings = { ...SETTINGS, ...settings };
    [this.#authority, this.#dealer, this.#desk] = this.#start();
  }

  get authority(): Authority {
    return this.#authority;
  }

  /** A new process over the same database, perhaps with other settings: whatever was in memory only is gone. */
  restart(settings: Partial<BatchSettings> = {}): void {
    this.#settings = { ...this.#settings, ...settings };
    [this.#authority, this.#dealer, this.#desk] = this.#start();
  }

  /** The next transactions end before their commit. */
  failNextTransactions(count: number): void {
    this.#failingCount = count;
  }

  #withFaults(): Ledger {
    const { ledger } = this;
    return new Proxy<Ledger>(ledger, {
      get: (_, name: keyof Ledger) => {
        if (name !== 'transaction') return (ledger[name] as (...args: never[]) => unknown).bind(ledger);
        const transaction: Ledger['transaction'] = (access, work) =>
          ledger.transaction(access, async (tx) => {
            const value = await work(tx);
            this.#failingCount -= 1;
            if (this.#failingCount >= 0) throw new PlantedFailure('killed before the commit');
            return value;
          });
        return transaction;
      },
    });
  }

  #start(): [Authority, Dealer, JournalDesk] {
    const observer = {
      batchDecided() {},
      batchFailed: (error: unknown) => {
        if (!(error instanceof PlantedFailure)) this.failures.push(error);
      },
      refused: (kind: string) => void this.refused.push(kind),
    };
    const authority = new Authority(this.#serves, this.#settings, observer, this.#time.clock);
    const dealer = new Dealer(this.ledger, authority, this.#time.clock);
    const rules = { termMs: ALLOTMENT_TERM_MS, renewAfterMs: ALLOTMENT_TERM_RENEW_AFTER_MS };
    return [authority, dealer, new JournalDesk(authority, dealer, rules)];
  }

  /** One round of everything that the centre does by itself. */
  async sweep(): Promise<void> {
    await sweepOverdue(this.ledger, this.#authority);
    await sweepTransfers(this.ledger, this.#authority);
    await sweepLapsed(this.ledger, this.#authority);
    await sweepDeadlines(this.ledger, this.#authority, ALLOTMENT_REPORT_WINDOW_MS);
    await this.#dealer.dealWaiting();
  }

  /** An operation by the API; answers its verdict. */
  async single(body: object): Promise<string> {
    this.#singles += 1;
    const result = await this.#authority.submit({
      kind: 'single',
      operation: {
        operationId: `api:key:${this.#singles}`,
        contentHash: hashRaw(JSON.stringify(body)),
        storeId: STORE_ID,
        origin: { kind: 'api', apiKeyId: 'key' },
        raw: JSON.stringify(body),
        readable: true,
        label: null,
        recordedAt: null,
        seen: null,
        body: body as OperationBody,
      },
    });
    if (!result.ok || result.value.kind !== 'decided') throw new Error('the centre did not decide');
    return result.value.verdict.verdict;
  }

  stock(sku: string, quantity: number): Promise<string> {
    return this.single({ type: 'receive', lines: [{ sku, quantity }] });
  }

  /** The wire without its wires: requests reach the same functions as by HTTP. */
  transportFor(till: CallingTill): Transport {
    const contacts = { recordContact() {} };
    const wallMs = () => this.#time.nowMs;
    return {
      hello: (request) => greet({ authority: this.#desk, catalogue, contacts, wallMs }, till, request),
      push: (request) => receivePush({ authority: this.#desk, contacts }, till, request),
      pull: (request) =>
        servePull(
          {
            ...{ authority: this.#desk, signer: testSigner, inventory: this.feed },
            ...{ catalogue, contacts, wallMs },
          },
          till,
          request,
        ),
    };
  }
}

const PRODUCTS = SKUS.map((sku, index) =>
  productRowSchema.parse({
    ...{ sku, name: sku, department: 'D', category: 'C', packageSize: '1', brand: 'B', ean: '' },
    ...{ priceMinor: 100, position: index + 1 },
  }),
);

const catalogue: CatalogueFeed = {
  catalogueHead: async () => PRODUCTS.length,
  pullCatalogue: async (checkpoint) => ({
    checkpoint: { logId: LOG_ID, position: PRODUCTS.length },
    hasMore: false,
    head: PRODUCTS.length,
    reset: false,
    products: checkpoint === null ? PRODUCTS : [],
    total: PRODUCTS.length,
  }),
};
