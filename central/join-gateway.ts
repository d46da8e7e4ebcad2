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
import type { Identities, InventoryDesk, StoreDirectory } from './gateway/ports.ts';
import { Desk } from './inventory/desk.ts';
import { closeConflict } from './inventory/postgres-conflicts.ts';
import { findPool, listConflicts } from './inventory/postgres-reads.ts';
import type { InventoryService } from './inventory/start-inventory.ts';
import type { Register } from './stores/register.ts';

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
    createEnrolmentCode: async (storeId) => {
      const made = await register.createEnrolmentCode(storeId);
      if (!made.ok) throw new Error(`no code for store ${storeId}: ${made.error}`);
      return made.value;
    },
  };
}

export function deskOf(inventory: InventoryService): InventoryDesk {
  const desk = new Desk(inventory.authority);
  return {
    reserve: (command) => desk.reserve(command),
    commit: (command) => desk.commit(command),
    release: (command) => desk.release(command),
    findReservation: (reservationId) => inventory.authority.findReservation(reservationId),
    findPool: (storeId, sku) => findPool(inventory.pool, storeId, sku),
    audit: () => inventory.audit(),
    listConflicts: (filter) => listConflicts(inventory.pool, filter),
    closeConflict: (command) => closeConflict(inventory.pool, command),
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
