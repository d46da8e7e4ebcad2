import { decide } from '@gondola/central/inventory/decide.ts';
import { close, grant, recall } from '@gondola/central/inventory/decide-allotment.ts';
import type { GrantSettings } from '@gondola/central/inventory/grant-policy.ts';
import { EMPTY_POOL_STATE, type ReadableOperation } from '@gondola/central/inventory/model.ts';
import { deal, expireOverdue, type House, keepHouse } from '@gondola/central/inventory/tend.ts';
import { WorkingBook } from '@gondola/central/inventory/working-book.ts';
import { derivedUuid } from '@gondola/shared/domain/ids.ts';
import type { Account } from '@gondola/shared/domain/pool.ts';
import { must } from '@gondola/shared/lib/assert.ts';
import {
  type Command,
  HOLD_SECONDS,
  HOLDS_COUNT,
  linesOf,
  PASS_SECONDS,
  SKUS,
  STORES,
  TILLS,
  TRANSFER_SECONDS,
  TRANSFERS_COUNT,
} from './stock-commands.ts';

const LOG = derivedUuid('log');
const OTHER_LOG = derivedUuid('other log');
const BASKET = derivedUuid('basket');
const START_MS = Date.UTC(2026, 0, 1);
const STORE_IDS = STORES.map((store) => derivedUuid(`store ${store}`));
const TILL_IDS = STORES.map((store) => TILLS.map((till) => derivedUuid(`till ${store}/${till}`)));
const HOLD_IDS = Array.from({ length: HOLDS_COUNT }, (_, index) => derivedUuid(`hold ${index}`));
const TRANSFER_IDS = Array.from({ length: TRANSFERS_COUNT }, (_, index) => derivedUuid(`transfer ${index}`));
const GRANTS: GrantSettings = { mode: 'balanced', halfLifeMs: 600_000, webLines: 1 };
const REQUESTS = new Set(['reserve', 'commit', 'release', 'transfer-request', 'transfer-cancel']);

export const storeIdOf = (store: number): string => must(STORE_IDS[store], 'a store of the small world');
export const tillIdOf = (store: number, till: number): string =>
  must(TILL_IDS[store]?.[till], 'a till of the small world');

/** What the authority did of one command. */
export interface Done {
  readonly verdict: string | null;
  /** Keys of the pools that it changed. */
  readonly touched: ReadonlySet<string>;
  readonly leased: readonly { readonly till: number; readonly quantity: number }[];
}

/** The authority's real decisions and housekeeping over one book, with the ledger summed up beside it. */
export class StockWorld {
  readonly book: WorkingBook;
  /** Of every pool, what the ledger's pairs add up to. */
  readonly sums = new Map<string, Record<Account, number>>();
  readonly eventCounts = new Map<string, number>();
  #nowMs = START_MS;
  #sequence = 0;
  #summed = 0;

  constructor() {
    const keys = STORE_IDS.flatMap((storeId) => SKUS.map((sku) => `${storeId}/${sku}`));
    this.book = new WorkingBook({
      logId: LOG,
      pools: new Map(keys.map((key) => [key, EMPTY_POOL_STATE])),
      histories: new Map(keys.map((key) => [key, []])),
      reservations: [],
      allotments: [],
      transfers: [],
      pending: [],
      salvaged: [],
    });
  }

  play(command: Command): Done {
    const before = this.book.events.length;
    const verdict = this.#keepHouse(command) ? null : this.#decide(command);
    this.#sumUp();
    const leased: { till: number; quantity: number }[] = [];
    const touched = new Set<string>();
    for (let index = before; index < this.book.events.length; index += 1) {
      const event = must(this.book.events[index], 'an event of the book');
      if ('movements' in event) touched.add(`${event.storeId}/${event.sku}`);
      if (event.type === 'AllotmentGranted')
        leased.push({ till: event.tillId === tillIdOf(command.store, 0) ? 0 : 1, quantity: event.quantity });
    }
    return { verdict, touched, leased };
  }

  #house(): House {
    const now = new Date(this.#nowMs).toISOString();
    return {
      book: this.book,
      context: {
        now,
        reservationTimeoutMs: HOLD_SECONDS * 1_000,
        transferTimeoutMs: TRANSFER_SECONDS * 1_000,
      },
      clock: { now, halfLifeMs: GRANTS.halfLifeMs },
    };
  }

  #decide(command: Command): string {
    const { context, clock } = this.#house();
    this.#sequence += 1;
    const operation = operationOf(command, this.#sequence, context.now, this.book);
    const decision = decide(operation, this.book, context);
    this.book.apply(decision.events, operation, clock);
    return decision.verdict;
  }

  /** False when the command is an operation. */
  #keepHouse({ kind, store, sku, till, quantity }: Command): boolean {
    const house = this.#house();
    const { book, clock } = house;
    const pool = { storeId: storeIdOf(store), sku: must(SKUS[sku], 'an article of the small world') };
    const life = { storeId: pool.storeId, tillId: tillIdOf(store, till ?? 0), life: 1 };
    const allotment = book.allotments(pool.storeId, pool.sku).find((one) => one.tillId === life.tillId);
    switch (kind) {
      case 'grant':
        book.apply(grant(book, pool, life, quantity, 'settlement-only'), null, clock);
        return true;
      case 'recall':
        if (allotment !== undefined) book.apply(recall(book, allotment, quantity), null, clock);
        return true;
      case 'close':
        if (allotment !== undefined) book.apply(close(book, allotment, 'test'), null, clock);
        return true;
      case 'lapse':
        keepHouse(house, { kind: 'lapse', life, pools: [pool] }, () => 'term-over');
        return true;
      case 'retire':
        keepHouse(house, { kind: 'lapse', life, pools: [pool] }, () => 'life-retired');
        return true;
      case 'force': {
        const by = { cause: 'person', forcedBy: 'somebody', reason: 'test' } as const;
        keepHouse(house, { kind: 'force', pool, of: life, by }, () => null);
        return true;
      }
      case 'deal': {
        const lives = TILLS.map((one) => ({ ...life, tillId: tillIdOf(store, one) }));
        const rules = { grants: GRANTS, allotmentMode: 'settlement-only' } as const;
        deal(house, pool, { lives, areSpeaking: true }, rules);
        return true;
      }
      case 'pass-time':
        this.#nowMs += quantity * PASS_SECONDS * 1_000;
        return true;
      case 'end-overdue':
        expireOverdue(house);
        return true;
      case 'expire-transfers':
        keepHouse(house, { kind: 'expire-transfers', transferIds: TRANSFER_IDS }, () => null);
        return true;
      default:
        return false;
    }
  }

  #sumUp(): void {
    for (const event of this.book.events.slice(this.#summed)) {
      if (!('movements' in event)) continue;
      const key = `${event.storeId}/${event.sku}`;
      const sums = this.sums.get(key) ?? { F: 0, V: 0, Q: 0, X: 0, D: 0, W: 0 };
      for (const { from, to, quantity } of event.movements) {
        sums[from] -= quantity;
        sums[to] += quantity;
      }
      this.sums.set(key, sums);
      this.eventCounts.set(key, (this.eventCounts.get(key) ?? 0) + 1);
    }
    this.#summed = this.book.events.length;
  }
}

function operationOf(command: Command, sequence: number, now: string, book: WorkingBook): ReadableOperation {
  const { store, till } = command;
  const body = bodyOf(command, book);
  const isTill = till !== null;
  return {
    operationId: `test:${sequence}`,
    contentHash: '',
    storeId: storeIdOf(store),
    origin: isTill
      ? { kind: 'till', tillId: tillIdOf(store, till), life: 1, sequence }
      : { kind: 'api', apiKeyId: 'key' },
    raw: '',
    readable: true,
    label: isTill ? (REQUESTS.has(body.type) ? 'PROVISIONAL' : 'RECORDED') : null,
    recordedAt: isTill ? now : null,
    seen: null,
    body: body as ReadableOperation['body'],
  };
}

function bodyOf(command: Command, book: WorkingBook): { type: string; [member: string]: unknown } {
  const { kind, store, sku: index, till, quantity, charged, ref } = command;
  const sku = must(SKUS[index], 'an article of the small world');
  const reservationId = must(HOLD_IDS[ref], 'a hold of the small world');
  const transferId = TRANSFER_IDS[ref % TRANSFERS_COUNT];
  const lines = linesOf(command).map((line) => ({ sku: SKUS[line.sku], quantity: line.quantity }));
  switch (kind) {
    case 'reserve':
      return { type: 'reserve', reservationId, sku, quantity };
    case 'reserve-allotted':
      return { type: 'reserve', reservationId, sku, quantity, allotted: true };
    case 'commit':
    case 'release':
    case 'expire':
      return { type: kind, reservationId };
    case 'commit-part':
      return { type: 'commit', reservationId, quantity };
    case 'sell':
    case 'sell-held': {
      const own = Math.min(charged, quantity);
      const sold = lines.map((line, position) => ({
        ...line,
        unitPriceMinor: 1,
        ...(position === 0 && own > 0 ? { allottedQuantity: own } : {}),
        ...(position === 0 && kind === 'sell-held' ? { reservationId } : {}),
      }));
      return { type: 'sell', basketId: BASKET, lines: sold, totalMinor: 1 };
    }
    case 'return':
      return {
        type: 'return',
        basketId: BASKET,
        lines: lines.map((line) => ({ ...line, unitPriceMinor: 1 })),
        totalMinor: 1,
      };
    case 'count':
      return {
        type: 'count',
        sku,
        quantity,
        checkpoint: { logId: ref % 2 === 0 ? LOG : OTHER_LOG, position: 0 },
      };
    case 'adjust':
      return { type: 'adjust', sku, difference: charged > 3 ? -quantity : quantity, reason: 'other' };
    case 'adjust-stale': {
      const expectedVersion = till === null ? book.poolState(storeIdOf(store), sku).version + 1 : 0;
      return { type: 'adjust', sku, difference: quantity, reason: 'found', expectedVersion };
    }
    case 'settle':
      return { type: kind, lines: lines.map((line) => ({ sku: line.sku, consumed: ref, surrendered: ref })) };
    case 'transfer-request':
      return { type: kind, transferId, fromStoreId: storeIdOf(ref < 2 ? 1 - store : store), lines };
    case 'transfer-cancel':
      return { type: kind, transferId };
    default:
      return { type: kind, transferId, lines };
  }
}
