/** Joins the services' public faces to what the gateway asks for. Part of the composition root. */
import { failure, success } from '@gondola/shared/lib/result.ts';
import type { GrantKey } from '@gondola/sync/protocol/grants.ts';
import type { Waiting } from '@gondola/sync/protocol/hello.ts';
import type {
  CallingTill,
  CatalogueFeed,
  ContactBook,
  InventoryFeed,
  JournalAuthority,
} from '@gondola/sync/server/ports.ts';
import type { InventoryDesk } from './gateway/desk-ports.ts';
import type { Identities, StoreDirectory } from './gateway/ports.ts';
import { closeAllotments } from './inventory/close-allotments.ts';
import { compensationPart } from './inventory/compensate.ts';
import { Desk, transferIdOf } from './inventory/desk.ts';
import { forceAllotment } from './inventory/force-allotment.ts';
import { createCompensationBook } from './inventory/postgres-compensation.ts';
import { type ReportSources, readConflictReport } from './inventory/postgres-conflict-report.ts';
import { closeConflict } from './inventory/postgres-conflicts.ts';
import { createCloseBook, createForceBook } from './inventory/postgres-force-book.ts';
import { changePolicy, findPolicy } from './inventory/postgres-policies.ts';
import { primaryRoute, type ReadRoute } from './inventory/postgres-read-route.ts';
import {
  findPool,
  findTransfer,
  listAllotments,
  listConflicts,
  listTransfers,
} from './inventory/postgres-reads.ts';
import type { InventoryService } from './inventory/start-inventory.ts';
import type { Compensation } from './platform/config.ts';
import type { Part } from './platform/service.ts';
import type { Register } from './stores/register.ts';
import type { StoresService } from './stores/start-stores.ts';

/** The chain's currency: one for all stores, as its price list has no other. */
const CURRENCY = 'USD';

export function identitiesOf(register: Register, grantKey: GrantKey): Identities {
  return {
    authenticateTill: (token) => register.authenticateTill(token),
    authenticateApiKey: async (token) => {
      const key = await register.authenticateApiKey(token);
      return key === null ? null : { kind: 'api', apiKeyId: key.apiKeyId, name: key.name };
    },
    authenticateSession: async (token) => {
      const session = await register.authenticateSession(token);
      return session === null ? null : { kind: 'staff', name: 'console' };
    },
    enrol: async ({ code, tillName }) => {
      const enrolled = await register.enrol(code, tillName);
      if (!enrolled.ok) return failure(enrolled.error);
      return success({ ...enrolled.value, currency: CURRENCY, grantKey } as never);
    },
    redeemConsoleLink: (secret) => register.redeemConsoleLink(secret),
    endSession: (token) => register.endSession(token),
  };
}

/** A till whose socket has just gone is offline at once; one that never had a socket is judged by its calls. */
export function directoryOf(register: Register, live: Pick<LiveTills, 'hasLeft'>): StoreDirectory {
  return {
    storeExists: async (storeId) => (await register.findStore(storeId)) !== null,
    productExists: async (sku) => (await register.findProducts([sku])).length === 1,
    listStores: () => register.listStores(),
    listTills: async (storeId) => {
      const tills = await register.listTills(storeId ?? undefined);
      return tills.map((till) => ({
        tillId: till.tillId,
        storeId: till.storeId,
        name: till.name,
        life: till.life,
        online: till.online && !live.hasLeft(till.tillId),
        lastContactAt: till.lastContactAt,
        waiting: till.waiting,
        oldestWaitingAt: till.oldestWaitingAt,
        clockErrorMs: till.clockErrorMs,
      }));
    },
    createEnrolmentCode: async (storeId, tillId) => {
      const made = await register.createEnrolmentCode(storeId, tillId);
      if (made.ok) return made.value;
      if (made.error === 'till-unknown') return null;
      throw new Error(`no code for store ${storeId}: ${made.error}`);
    },
  };
}

/** What conflict reports need to know of stores, tills and articles. */
export function reportSourcesOf(register: Register): ReportSources {
  return {
    clockErrors: async (storeId) => {
      const tills = await register.listTills(storeId);
      return new Map(
        tills.flatMap(({ tillId, clockErrorMs }) => (clockErrorMs === null ? [] : [[tillId, clockErrorMs]])),
      );
    },
    places: () => register.places(),
    sameCategory: async (sku, among) => {
      const products = await register.findProducts([sku, ...among]);
      const category = products.find((product) => product.sku === sku)?.category ?? '';
      if (category === '') return new Map();
      const fitting = products.filter((one) => one.category === category);
      return new Map(fitting.map((one) => [one.sku, one.name]));
    },
  };
}

/** The policy at work, where the chain wants it. */
export function compensationPartsOf(
  compensation: Compensation,
  { inventory, stores }: { readonly inventory: InventoryService; readonly stores: StoresService },
): readonly Part[] {
  if (compensation === 'propose') return [];
  const { pool, authority } = inventory;
  const book = createCompensationBook(pool, { places: () => stores.register.places() });
  return [compensationPart({ book, authority })];
}

/** What the gateway asks of the inventory; `route` says where reads that may be old are answered. */
export function deskOf(
  inventory: InventoryService,
  register: Register,
  route: ReadRoute = primaryRoute(inventory.pool),
): InventoryDesk {
  const { authority, pool } = inventory;
  const desk = new Desk(authority);
  const sources = reportSourcesOf(register);
  const forceBook = createForceBook(pool);
  const closeBook = createCloseBook(pool);
  return {
    reserve: async (command) => {
      await inventory.gatherer.gather(command, command.quantity);
      return desk.reserve(command);
    },
    commit: (command) => desk.commit(command),
    release: (command) => desk.release(command),
    adjust: (command) => desk.adjust(command),
    requestTransfer: (command) => desk.requestTransfer(command),
    moveTransfer: (command) => desk.moveTransfer(command),
    cancelTransfer: (command) => desk.cancelTransfer(command),
    transferIdOf,
    findReservation: (reservationId) => authority.findReservation(reservationId),
    findPool: (storeId, sku) => findPool(pool, storeId, sku),
    readPool: (storeId, sku, freshness) => route.read(freshness, (db) => findPool(db, storeId, sku)),
    findPolicy: (storeId, sku) => findPolicy(pool, storeId, sku),
    changePolicy: (command) => changePolicy(pool, command),
    findTransfer: (transferId) => findTransfer(pool, transferId),
    listTransfers: (filter, freshness) => route.read(freshness, (db) => listTransfers(db, filter)),
    listAllotments: (filter, freshness) => route.read(freshness, (db) => listAllotments(db, filter)),
    forceAllotment: (command) => forceAllotment(forceBook, authority, command),
    closeAllotments: (command) => closeAllotments(closeBook, authority, command),
    audit: () => inventory.audit(),
    listConflicts: (filter, freshness) => route.read(freshness, (db) => listConflicts(db, filter)),
    conflictReport: async (conflictId, freshness) => {
      const read = await route.read(freshness, (db) => readConflictReport(db, sources, conflictId));
      // Whoever knows the id heard of it: the replica has not yet.
      if (read.value !== null || read.ageMs === null) return read;
      return { value: await readConflictReport(pool, sources, conflictId), ageMs: null };
    },
    closeConflict: (command) => closeConflict(pool, command),
  };
}

export interface SyncFaces {
  readonly authority: JournalAuthority;
  readonly inventory: InventoryFeed;
  readonly catalogue: CatalogueFeed;
}

export function syncFacesOf(inventory: InventoryService, register: Register): SyncFaces {
  return {
    authority: inventory.journalDesk,
    inventory: { pull: (till, checkpoint, rowsMax) => inventory.feed.pull(till, checkpoint, rowsMax) },
    catalogue: {
      pullCatalogue: (after, limit) => register.pullCatalogue({ after, limit }),
      catalogueHead: () => register.catalogueHead(),
    },
  };
}

/** Who is connected by socket, and what each till last said of its queue. */
export class LiveTills implements ContactBook {
  readonly #register: Register;
  readonly #sockets = new Map<string, number>();
  readonly #left = new Set<string>();
  readonly #last = new Map<string, { readonly waiting: Waiting; readonly clockErrorMs: number | null }>();

  constructor(register: Register) {
    this.#register = register;
  }

  recordContact(
    till: CallingTill,
    contact: { readonly waiting: Waiting | null; readonly clockErrorMs: number | null },
  ): void {
    this.#left.delete(till.tillId);
    const before = this.#last.get(till.tillId);
    const waiting = contact.waiting ?? before?.waiting ?? { count: 0, oldestRecordedAt: null };
    const clockErrorMs = contact.clockErrorMs ?? before?.clockErrorMs ?? null;
    this.#last.set(till.tillId, { waiting, clockErrorMs });
    this.#register.recordContact(till.tillId, {
      waiting: waiting.count,
      oldestWaitingAt: waiting.oldestRecordedAt,
      connected: (this.#sockets.get(till.tillId) ?? 0) > 0,
      clockErrorMs,
    });
  }

  /** A till's socket came or went. */
  connected(till: CallingTill, connected: boolean): void {
    const count = (this.#sockets.get(till.tillId) ?? 0) + (connected ? 1 : -1);
    if (count > 0) this.#sockets.set(till.tillId, count);
    else this.#sockets.delete(till.tillId);
    this.recordContact(till, { waiting: null, clockErrorMs: null });
    if (count <= 0) this.#left.add(till.tillId);
  }

  /** Its socket went, and nothing was heard of it since. */
  hasLeft(tillId: string): boolean {
    return this.#left.has(tillId);
  }
}
