import type { JournalIdentity } from '@gondola/shared/domain/journal-record.ts';
import type { Clock, IdSource, Scheduler } from '@gondola/shared/lib/effects.ts';
import { failure } from '@gondola/shared/lib/result.ts';
import {
  type PolicyRow,
  type PoolRow,
  type ProductRow,
  policyRowSchema,
  poolRowSchema,
  productRowSchema,
  type ReservationRow,
  reservationRowSchema,
  type VerdictRow,
  verdictRowSchema,
} from '@gondola/shared/schemas/rows.ts';
import type { PokeListener, Transport, VerifiedPage } from '@gondola/sync/client/ports.ts';
import type { CataloguePage } from '@gondola/sync/protocol/pull.ts';
import { type MemoryMedium, openMemoryJournal } from '../journal/memory-journal.ts';
import { createMemoryReplica } from '../replica/memory-replica.ts';
import { createProductSearch } from '../replica/product-search.ts';
import { createTill, type TillParts } from '../till/start-till.ts';
import type { Till, TillIdentity } from '../till/till.ts';

/** Small, fixed worlds for the tests of this folder. */

export const LOG = '7a0c8a54-0c1e-4c38-8f6e-5f1d9f0b0001';
export const OTHER_LOG = '7a0c8a54-0c1e-4c38-8f6e-5f1d9f0b0002';

export const IDENTITY: TillIdentity = {
  storeId: '11111111-1111-4111-8111-111111111111',
  storeName: 'Store 356',
  tillId: '22222222-2222-4222-8222-222222222222',
  tillName: 'Till 1',
  life: 1,
  currency: 'BRL',
};
export const JOURNAL_IDENTITY: JournalIdentity = IDENTITY;

/** UUIDs in order: uuid(1), uuid(2), … */
export function uuid(number: number): string {
  return `33333333-3333-4333-8333-${String(number).padStart(12, '0')}`;
}

export function countingIds(): IdSource {
  let next = 0;
  return {
    uuid() {
      next += 1;
      return uuid(next);
    },
  };
}

/** A clock that stands until it is moved. */
export function standingClock(wallMs = Date.UTC(2017, 0, 1, 12)): Clock & { moveMs(ms: number): void } {
  let now = wallMs;
  return {
    wallMs: () => now,
    monotonicMs: () => now,
    moveMs(ms) {
      now += ms;
    },
  };
}

/** Runs everything as soon as the current work is done; delays do not pass. */
export const eagerScheduler: Scheduler = {
  after(_delayMs, action) {
    const timer = setImmediate(action);
    return () => clearImmediate(timer);
  },
};

/** Never runs anything: retries and polls stay away from a test. */
export const idleScheduler: Scheduler = { after: () => () => {} };

const unreachable = async () => failure({ kind: 'unreachable' as const, message: 'no network in this test' });
export const offlineTransport: Transport = { hello: unreachable, push: unreachable, pull: unreachable };
export const silentPokes: PokeListener = { connect() {}, close() {} };

export function productRow(fields: Partial<Record<keyof ProductRow, unknown>> & { sku: string }): ProductRow {
  return productRowSchema.parse({
    name: `Product ${fields.sku}`,
    department: 'GROCERY',
    category: 'CEREAL',
    packageSize: '14 OZ',
    brand: 'National',
    ean: '',
    priceMinor: 199,
    position: 1,
    ...fields,
  });
}

export function poolRow(sku: string, free: number, fields: Partial<PoolRow> = {}): PoolRow {
  return poolRowSchema.parse({
    ...{
      sku,
      free,
      held: 0,
      allotted: 0,
      inDoubt: 0,
      deficit: 0,
      version: 1,
      recountNeeded: false,
      position: 1,
    },
    ...fields,
  });
}

export function reservationRow(
  reservationId: string,
  sku: string,
  fields: Partial<ReservationRow> = {},
): ReservationRow {
  return reservationRowSchema.parse({
    reservationId,
    storeId: IDENTITY.storeId,
    sku,
    quantity: 1,
    state: 'HELD',
    tillId: IDENTITY.tillId,
    heldAt: '2017-01-01T12:00:00.000Z',
    expiresAt: '2017-01-01T12:05:00.000Z',
    position: 2,
    ...fields,
  });
}

export function policyRow(
  sku: string,
  provisionalMaxUnits: number | null,
  fields: Partial<PolicyRow> = {},
): PolicyRow {
  return policyRowSchema.parse({ sku, provisionalMaxUnits, version: 1, position: 1, ...fields });
}

export function verdictRow(sequence: number, fields: Partial<VerdictRow> = {}): VerdictRow {
  return verdictRowSchema.parse({
    operationId: `till:${IDENTITY.tillId}:${IDENTITY.life}:${sequence}`,
    life: IDENTITY.life,
    sequence,
    verdict: 'RECORDED',
    reason: null,
    decidedAt: '2017-01-01T12:00:01.000Z',
    reservationId: null,
    expiresAt: null,
    excess: [],
    position: 10 + sequence,
    ...fields,
  });
}

export function inventoryPage(fields: Partial<VerifiedPage> = {}): VerifiedPage {
  return {
    checkpoint: { logId: LOG, position: 1 },
    hasMore: false,
    head: 1,
    reset: false,
    pools: [],
    reservations: [],
    verdicts: [],
    conflicts: [],
    transfers: [],
    policies: [],
    grants: null,
    allotments: [],
    ...fields,
  };
}

export function cataloguePage(
  products: readonly ProductRow[],
  fields: Partial<CataloguePage> = {},
): CataloguePage {
  return {
    checkpoint: { logId: LOG, position: 1 },
    hasMore: false,
    head: 1,
    reset: false,
    products: [...products],
    total: products.length,
    ...fields,
  };
}

export interface OfflineTill {
  readonly till: Till;
  readonly parts: TillParts;
  readonly medium: MemoryMedium;
}

/** A till that knows three articles and some stock, and hears nobody. */
export async function offlineTill(
  options: Partial<TillParts> & { medium?: MemoryMedium } = {},
): Promise<OfflineTill> {
  const { medium = [], ...overrides } = options;
  const replica = overrides.replica ?? createMemoryReplica();
  await replica.applyCatalogue(
    cataloguePage([
      productRow({ sku: '100', name: 'CORN FLAKES', ean: '2000000001005' }),
      productRow({ sku: '200', name: 'MILK', priceMinor: 0 }),
      productRow({ sku: '300', name: 'UNPRICED', priceMinor: null }),
    ]),
  );
  await replica.applyInventory(inventoryPage({ pools: [poolRow('100', 5), poolRow('200', 2)] }));
  const parts: TillParts = {
    identity: IDENTITY,
    journal: openMemoryJournal({ identity: JOURNAL_IDENTITY, medium }),
    transport: offlineTransport,
    pokes: silentPokes,
    clock: standingClock(),
    ids: countingIds(),
    scheduler: eagerScheduler,
    random: { next: () => 0.5 },
    search: createProductSearch(),
    ...overrides,
    replica,
  };
  return { till: await createTill(parts), parts, medium };
}

/** The value of a result that must be good. */
export function good<Value>(result: { ok: true; value: Value } | { ok: false; error: unknown }): Value {
  if (!result.ok) throw new Error(`refused: ${JSON.stringify(result.error)}`);
  return result.value;
}
