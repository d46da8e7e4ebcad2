import {
  assertSellingRules,
  DEFAULT_SELLING_RULES,
  type SellingRules,
} from '@gondola/shared/domain/selling-rules.ts';
import type { Clock, IdSource, RandomSource, Scheduler } from '@gondola/shared/lib/effects.ts';
import type { Result } from '@gondola/shared/lib/result.ts';
import { createSyncEngine } from '@gondola/sync/client/engine.ts';
import type { GrantVerifier, JournalReader, PokeListener, Transport } from '@gondola/sync/client/ports.ts';
import type { SyncEngine } from '@gondola/sync/client/status.ts';
import { commitHold } from '../checkout/commit-hold.ts';
import { countShelf } from '../checkout/count-shelf.ts';
import type { Counter } from '../checkout/counter.ts';
import { holdItem } from '../checkout/hold-item.ts';
import type { DraftStore, Journal, Replica, Staff } from '../checkout/ports.ts';
import { receiveGoods } from '../checkout/receive-goods.ts';
import type { CheckoutRefusal } from '../checkout/refusal.ts';
import { releaseHold } from '../checkout/release-hold.ts';
import { type Receipt, ringUpSale, type SaleRequest } from '../checkout/ring-up-sale.ts';
import { createUndecidedLog } from '../checkout/undecided.ts';
import type { ProductSearch } from '../replica/product-search.ts';
import { type BasketDesk, openBasketDesk } from './basket-desk.ts';
import { countSold, type SoldCounts } from './favourites.ts';
import { createVerdictFollower } from './follow-verdicts.ts';
import { startKeeping } from './keep-allotments.ts';
import { createPurse } from './purse.ts';
import { readinessOf, type StorageFacts } from './readiness.ts';
import { salvageLife } from './salvage.ts';
import { feedSearch } from './search-feed.ts';
import { createSelling } from './selling.ts';
import type { Till, TillIdentity, TillStatus } from './till.ts';
import { createTillReads } from './till-reads.ts';
import { createTurns } from './turns.ts';

/** What a till is made of; the same pieces in a browser, in Electron and in Node. */
export interface TillParts {
  readonly identity: TillIdentity;
  readonly journal: Journal;
  readonly replica: Replica;
  readonly transport: Transport;
  readonly pokes: PokeListener;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly scheduler: Scheduler;
  readonly random: RandomSource;
  /** Keeps the open basket over a crash; without it a basket lives only in memory. */
  readonly drafts?: DraftStore;
  /** Filled from the replica; without it `search` finds nothing. */
  readonly search?: ProductSearch;
  readonly storageFacts?: () => Promise<StorageFacts | null>;
  readonly pollIntervalMs?: number;
  /** How the chain prices, weighs and taxes; the default when it has not said. */
  readonly rules?: SellingRules;
  /** Who may do what; without it everybody may do everything, until people sign in. */
  readonly staff?: Staff;
  /** Checks what the centre leases; without it this till holds no allotments. */
  readonly grantVerifier?: GrantVerifier;
  /** What earlier lives of this till have left here, oldest first. */
  readonly earlierLives?: readonly { readonly life: number; readonly journal: Pick<JournalReader, 'read'> }[];
  /** A clock outside this program; null when it cannot be asked. */
  readonly witnessMs?: () => number | null;
}

const MANAGER_ALONE: Staff = { role: () => 'manager' };

/** Joins journal, replica and sync engine into a till. Nothing is sent before `start`. */
export async function createTill(parts: TillParts): Promise<Till> {
  const { identity, journal, replica, clock, rules = DEFAULT_SELLING_RULES } = parts;
  assertSellingRules(rules);
  const undecided = createUndecidedLog();
  const follow = createVerdictFollower(identity, journal, replica, undecided);
  await follow();
  const readClocks = () => ({
    monotonicMs: clock.monotonicMs(),
    wallMs: clock.wallMs(),
    witnessMs: parts.witnessMs?.() ?? null,
  });
  const purse = createPurse(identity, replica, undecided, readClocks);
  const engine = createSyncEngine({
    tillId: identity.tillId,
    life: identity.life,
    journal,
    replica,
    transport: parts.transport,
    pokes: parts.pokes,
    clock,
    scheduler: parts.scheduler,
    random: parts.random,
    acknowledgedSequence: await replica.decidedSequence(identity.life),
    ...(parts.pollIntervalMs === undefined ? {} : { pollIntervalMs: parts.pollIntervalMs }),
    ...(parts.grantVerifier === undefined
      ? {}
      : {
          grants: {
            verifier: parts.grantVerifier,
            newNonce: parts.ids.uuid,
            readClocks,
            onTerm: purse.renewed,
          },
        }),
  });
  const board = await createBoard(parts, engine, () => undecided.all().length);
  const counter: Counter = {
    ...{ identity, journal, replica, undecided, clock, ids: parts.ids, purse },
    inTurn: createTurns(),
    recordedBaskets: new Set(),
    rules,
    grew() {
      engine.journalGrew();
      keeping.look();
      board.changed();
    },
  };
  const keeping = startKeeping(
    counter,
    parts.scheduler,
    () => clock.wallMs() + (engine.status().clockErrorMs ?? 0),
    purse.holdMs,
  );
  const desk = await openBasketDesk({
    ...{ journal, life: identity.life, ids: parts.ids, clock, changed: board.changed },
    drafts: parts.drafts ?? null,
  });
  const sold = await countSold(journal);
  const stopFeed =
    parts.search === undefined ? null : feedSearch(parts.search, replica, parts.scheduler, board.changed);
  replica.subscribe((change) => {
    // Only a whole picture settles: on a page before it, a row may be older than a verdict that changed it.
    const settles = change.log === 'inventory' && change.isWhole;
    if (change.log === 'inventory' && change.reset) purse.unsettled();
    void (settles ? follow() : Promise.resolve()).then(async () => {
      if (settles) purse.settled();
      keeping.look();
      await board.refresh();
    });
  });
  engine.subscribe(board.changed);
  return assemble(parts, { engine, board, counter, desk, sold, stopFeed, keeping });
}

interface Assembly {
  readonly engine: SyncEngine;
  readonly board: StatusBoard;
  readonly counter: Counter;
  readonly desk: BasketDesk;
  readonly sold: SoldCounts;
  readonly stopFeed: (() => void) | null;
  readonly keeping: { look(): void; stop(): Promise<void> };
}

function assemble(
  parts: TillParts,
  { engine, board, counter, desk, sold, stopFeed, keeping }: Assembly,
): Till {
  const { identity, journal, replica, clock, search } = parts;

  async function ringUp(sale: SaleRequest): Promise<Result<Receipt, CheckoutRefusal>> {
    const outcome = await ringUpSale(counter, sale);
    if (outcome.ok) sold.add(sale.lines.map((line) => line.sku));
    board.changed();
    return outcome;
  }

  return {
    identity,
    rules: counter.rules,
    openedAtMs: clock.wallMs(),
    start() {
      engine.start();
      keeping.look();
      void salvageAll(parts, counter);
    },
    async close() {
      stopFeed?.();
      await engine.stop();
      await keeping.stop();
      await desk.saved();
      await journal.close();
      await replica.close();
    },
    ringUp,
    hold: (request) => holdItem(counter, request),
    release: (reservationId) => releaseHold(counter, reservationId),
    commit: (request) => commitHold(counter, request),
    receive: (request) => receiveGoods(counter, request),
    count: (request) => countShelf(counter, request),

    ...createSelling({
      ...{ counter, desk, ringUp },
      staff: parts.staff ?? MANAGER_ALONE,
      journals: [...(parts.earlierLives ?? []), { life: identity.life, journal }],
    }),
    ...createTillReads(counter, engine, sold, search ?? null),
    readiness: async () =>
      readinessOf(board.status(), (await parts.storageFacts?.()) ?? null, clock.wallMs()),
    status: board.status,
    subscribe: board.subscribe,
    centralNowMs: () => clock.wallMs() + (engine.status().clockErrorMs ?? 0),
    retryNow: () => engine.retryNow(),
  };
}

/** A till that stops in the middle goes on at its next start: what was taken is recognised. */
async function salvageAll({ earlierLives = [], replica }: TillParts, counter: Counter): Promise<void> {
  for (const { life, journal } of earlierLives)
    await salvageLife(counter, { life, journal, decidedSequence: await replica.decidedSequence(life) });
}

interface StatusBoard {
  status(): TillStatus;
  subscribe(listener: () => void): () => void;
  changed(): void;
  /** Reads the counts that stand in the replica again, then tells. */
  refresh(): Promise<void>;
}

async function createBoard(
  parts: TillParts,
  engine: SyncEngine,
  undecided: () => number,
): Promise<StatusBoard> {
  const { journal, replica, search } = parts;
  const listeners = new Set<() => void>();
  let openConflicts = 0;
  let catalogueSize = 0;
  let revision = 0;
  let status: TillStatus | null = null;

  async function count(): Promise<void> {
    openConflicts = (await replica.conflicts()).filter((conflict) => conflict.state === 'OPEN').length;
    catalogueSize = await replica.productCount();
  }

  function changed(): void {
    revision += 1;
    status = null;
    for (const listener of listeners) listener();
  }

  await count();
  return {
    changed,
    async refresh() {
      await count();
      changed();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    status() {
      // The same object until something changes: screens compare it.
      if (status !== null) return status;
      const failure = journal.failure();
      status = {
        sync: engine.status(),
        journalFailure: failure === null ? null : { code: failure.code, message: failure.message },
        undecided: undecided(),
        openConflicts,
        catalogueSize,
        searchable: search?.size() ?? 0,
        revision,
      };
      return status;
    },
  };
}
