/**
 * The public face of the stores service: stores, tills, who may come in, and the catalogue.
 *
 * `startStores` (start-stores.ts) builds it. Expected failures are values; secrets are answered once, at
 * their making, and only their hashes are kept. A token that was withdrawn is refused within
 * `AUTHENTICATION_CACHE_MS` on every node.
 */

import type { Clock, IdSource } from '@gondola/shared/lib/effects.ts';
import {
  CONSOLE_LINK_LIFETIME_MS,
  CONSOLE_SESSION_LIFETIME_MS,
  ENROLMENT_CODE_LIFETIME_MS,
  TILL_SILENT_AFTER_MS,
} from '@gondola/shared/lib/limits.ts';
import { failure, type Result, success } from '@gondola/shared/lib/result.ts';
import type { Checkpoint } from '@gondola/shared/schemas/primitives.ts';
import type { CataloguePage } from '@gondola/sync/protocol/pull.ts';
import { createMemo } from './authentication-memo.ts';
import type { Contacts } from './contacts.ts';
import { type EnrolRefusal, judgeEnrolment, normaliseCode } from './decide.ts';
import type { ApiScope, ProductInput, Store, StoreInput, StorePlace, Till, TillView } from './model.ts';
import type {
  AuthenticatedApiKey,
  AuthenticatedSession,
  AuthenticatedTill,
  CatalogueStore,
  RegisterStore,
  RegisterTransaction,
  SavedProducts,
  SoldStore,
  TillRow,
} from './ports.ts';
import { hashSecret, typedCode } from './secret-hash.ts';

export type { EnrolRefusal } from './decide.ts';
export { enrolRefusalSentences } from './decide.ts';
export type { ApiScope, ProductInput, Store, StoreInput, StorePlace, Till, TillView } from './model.ts';
export { API_SCOPES } from './model.ts';
export type { AuthenticatedApiKey, AuthenticatedSession, AuthenticatedTill, SavedProducts } from './ports.ts';

/** A till's identity after an enrolment. The token is shown here and never again. */
export interface Enrolled {
  readonly tillId: string;
  readonly tillName: string;
  readonly storeId: string;
  readonly storeName: string;
  readonly life: number;
  readonly token: string;
}

/** A code and its end. */
export interface MadeCode {
  readonly code: string;
  readonly expiresAt: string;
}

/** What a till says of itself with each call. */
export interface HeardContact {
  readonly waiting: number;
  readonly oldestWaitingAt: string | null;
  /** Its socket stands. */
  readonly connected: boolean;
  /** Its wall clock minus ours; null when this call does not say. */
  readonly clockErrorMs: number | null;
}

export interface Register {
  /** Ids must be unused or of the same store; `storeIdOfNumber` makes stable ones. Answers how many changed. */
  saveStores(stores: readonly StoreInput[]): Promise<number>;
  /** Where stores are, as far as the chain has said. */
  places(): Promise<ReadonlyMap<string, StorePlace>>;
  listStores(): Promise<readonly Store[]>;
  findStore(storeId: string): Promise<Store | null>;
  /** A single-use code: for a new till, or with `tillId` for the next life of that till. */
  createEnrolmentCode(
    storeId: string,
    tillId?: string,
  ): Promise<Result<MadeCode, 'store-unknown' | 'till-unknown'>>;
  /** Turns a code into a till. A refusal leaves the code usable. */
  enrol(code: string, tillName: string): Promise<Result<Enrolled, EnrolRefusal>>;
  listTills(storeId?: string): Promise<readonly TillView[]>;
  /** Withdraws a till: its token is refused from then on. False when there is no such active till. */
  revokeTill(tillId: string): Promise<boolean>;
  /** Remembers that the till was heard of; written every few seconds. */
  recordContact(tillId: string, contact: HeardContact): void;
  authenticateTill(token: string): Promise<AuthenticatedTill | null>;
  /** A key for the public API; the token is answered once. */
  createApiKey(
    name: string,
    scopes: readonly ApiScope[],
  ): Promise<{ readonly apiKeyId: string; readonly token: string }>;
  revokeApiKey(apiKeyId: string): Promise<boolean>;
  authenticateApiKey(token: string): Promise<AuthenticatedApiKey | null>;
  /** The secret part of a one-time link to the console. */
  createConsoleLink(): Promise<{ readonly link: string; readonly expiresAt: string }>;
  /** Turns a link, once, into a session; null when it is unknown, used or over. */
  redeemConsoleLink(
    link: string,
  ): Promise<{ readonly sessionToken: string; readonly expiresAt: string } | null>;
  authenticateSession(sessionToken: string): Promise<AuthenticatedSession | null>;
  /** Ends a session now. */
  endSession(sessionToken: string): Promise<void>;
  /** Writes what changed, in one transaction; at most a few thousand at once. */
  saveProducts(products: readonly ProductInput[]): Promise<SavedProducts>;
  findProducts(skus: readonly string[]): Promise<readonly ProductInput[]>;
  /** By article number, code or a part of the name. */
  searchProducts(text: string, rowsMax: number): Promise<readonly ProductInput[]>;
  /** A page of products that changed after a checkpoint, in position order; null begins at the beginning. */
  pullCatalogue(request: {
    readonly after: Checkpoint | null;
    readonly limit: number;
  }): Promise<CataloguePage>;
  /** The last position of the catalogue's log. */
  catalogueHead(): Promise<number>;
  /** The articles sold most in this store, best first: a till's favourites. */
  bestSellers(
    storeId: string,
    rowsMax: number,
  ): Promise<readonly { readonly sku: string; readonly units: number }[]>;
}

export interface RegisterParts {
  readonly store: RegisterStore;
  readonly catalogue: CatalogueStore;
  readonly sold: SoldStore;
  readonly contacts: Contacts;
  readonly clock: Clock;
  readonly ids: IdSource;
  /** A fresh random secret of at least 32 URL-safe characters. */
  readonly makeSecret: () => string;
}

/** How long an answer "this token is good" is remembered. */
export const AUTHENTICATION_CACHE_MS = 5_000;

/** The register over its ports. */
export function createRegister(parts: RegisterParts): Register {
  const { store, catalogue, sold, clock } = parts;
  return {
    saveStores: (stores) => store.saveStores(stores, isoAt(clock)),
    places: () => store.places(),
    listStores: () => store.listStores(),
    findStore: (storeId) => store.findStore(storeId),
    ...tillMethods(parts),
    ...doorMethods(parts),
    saveProducts: (products) => catalogue.saveProducts(products, isoAt(clock)),
    findProducts: (skus) => catalogue.findProducts(skus),
    searchProducts: (text, rowsMax) => catalogue.search(text, rowsMax),
    pullCatalogue: ({ after, limit }) => catalogue.pull(after, limit),
    catalogueHead: () => catalogue.head(),
    bestSellers: (storeId, rowsMax) => sold.bestSellers(storeId, rowsMax),
  };
}

function tillMethods(
  parts: RegisterParts,
): Pick<
  Register,
  'createEnrolmentCode' | 'enrol' | 'listTills' | 'revokeTill' | 'recordContact' | 'authenticateTill'
> {
  const { store, contacts, clock, makeSecret } = parts;
  const memo = createMemo<AuthenticatedTill>(clock, AUTHENTICATION_CACHE_MS);
  return {
    createEnrolmentCode: async (storeId, tillId) => {
      if ((await store.findStore(storeId)) === null) return failure('store-unknown');
      const tills = tillId === undefined ? [] : await store.listTills(storeId);
      const known = tills.some((till) => till.tillId === tillId && till.state === 'ACTIVE');
      if (tillId !== undefined && !known) return failure('till-unknown');
      const code = typedCode(makeSecret());
      const expiresAt = isoAt(clock, ENROLMENT_CODE_LIFETIME_MS);
      await store.insertCode({
        hash: hashSecret(code),
        storeId,
        tillId: tillId ?? null,
        now: isoAt(clock),
        expiresAt,
      });
      return success({ code, expiresAt });
    },
    enrol: (code, tillName) =>
      store.transaction((transaction) => enrol(parts, transaction, code, tillName.trim())),
    listTills: async (storeId) => {
      const rows = await store.listTills(storeId ?? null);
      return rows.map((row) => viewOf(row, contacts, clock.wallMs()));
    },
    revokeTill: (tillId) => {
      memo.clear();
      return store.revokeTill(tillId);
    },
    recordContact: (tillId, contact) => contacts.record(tillId, { ...contact, lastContactAt: isoAt(clock) }),
    authenticateTill: (token) => memo.remember(token, () => store.findTillByToken(hashSecret(token))),
  };
}

async function enrol(
  { clock, ids, makeSecret }: RegisterParts,
  transaction: RegisterTransaction,
  typed: string,
  name: string,
): Promise<Result<Enrolled, EnrolRefusal>> {
  const now = isoAt(clock);
  const codeHash = hashSecret(normaliseCode(typed));
  const code = await transaction.lockCode(codeHash);
  const home = code === null ? null : await transaction.lockStore(code.storeId);
  const renewed = code?.tillId == null ? null : await transaction.findTill(code.tillId);
  const sameName = code === null ? null : await transaction.findActiveTill(code.storeId, name);
  const judged = judgeEnrolment({ code, renewed, sameName }, now);
  if (!judged.ok) return judged;
  if (home === null) throw new Error('a code belongs to a store');
  const enrolment = judged.value;
  const token = makeSecret();
  const till: Till =
    enrolment.kind === 'new'
      ? { tillId: ids.uuid(), storeId: home.storeId, name, life: 1, state: 'ACTIVE' }
      : { tillId: enrolment.tillId, storeId: home.storeId, name, life: enrolment.life, state: 'ACTIVE' };
  if (enrolment.kind === 'new') await transaction.insertTill(till, hashSecret(token), now);
  else await transaction.renewTill(till, hashSecret(token), now);
  await transaction.spendCode(codeHash, now);
  const { tillId, life } = till;
  await transaction.append(
    [{ type: 'TillEnrolled', storeId: home.storeId as never, tillId: tillId as never, name, life }],
    now,
  );
  return success({ tillId, tillName: name, storeId: home.storeId, storeName: home.name, life, token });
}

function doorMethods({
  store,
  clock,
  ids,
  makeSecret,
}: RegisterParts): Pick<
  Register,
  | 'createApiKey'
  | 'revokeApiKey'
  | 'authenticateApiKey'
  | 'createConsoleLink'
  | 'redeemConsoleLink'
  | 'authenticateSession'
  | 'endSession'
> {
  const keys = createMemo<AuthenticatedApiKey>(clock, AUTHENTICATION_CACHE_MS);
  const sessions = createMemo<AuthenticatedSession>(clock, AUTHENTICATION_CACHE_MS);
  return {
    createApiKey: async (name, scopes) => {
      const apiKeyId = ids.uuid();
      const token = makeSecret();
      await store.insertApiKey({ apiKeyId, name, scopes, hash: hashSecret(token), now: isoAt(clock) });
      return { apiKeyId, token };
    },
    revokeApiKey: (apiKeyId) => {
      keys.clear();
      return store.revokeApiKey(apiKeyId, isoAt(clock));
    },
    authenticateApiKey: (token) => keys.remember(token, () => store.findApiKey(hashSecret(token))),
    createConsoleLink: async () => {
      const link = makeSecret();
      const expiresAt = isoAt(clock, CONSOLE_LINK_LIFETIME_MS);
      await store.insertLink({ hash: hashSecret(link), now: isoAt(clock), expiresAt });
      return { link, expiresAt };
    },
    redeemConsoleLink: async (link) => {
      const now = isoAt(clock);
      if (!(await store.spendLink(hashSecret(link), now))) return null;
      const sessionToken = makeSecret();
      const expiresAt = isoAt(clock, CONSOLE_SESSION_LIFETIME_MS);
      await store.insertSession({ sessionId: ids.uuid(), hash: hashSecret(sessionToken), now, expiresAt });
      return { sessionToken, expiresAt };
    },
    authenticateSession: (token) =>
      sessions.remember(token, () => store.findSession(hashSecret(token), isoAt(clock))),
    endSession: async (token) => {
      sessions.clear();
      await store.endSession(hashSecret(token), isoAt(clock));
    },
  };
}

function viewOf({ contact, ...till }: TillRow, contacts: Contacts, nowMs: number): TillView {
  const recent = contacts.recent(till.tillId);
  const newest =
    recent !== undefined && recent.lastContactAt >= (contact?.lastContactAt ?? '') ? recent : contact;
  const silentMs = newest === null ? Number.POSITIVE_INFINITY : nowMs - Date.parse(newest.lastContactAt);
  return {
    ...till,
    lastContactAt: newest?.lastContactAt ?? null,
    connected: newest?.connected ?? false,
    waiting: newest?.waiting ?? 0,
    oldestWaitingAt: newest?.oldestWaitingAt ?? null,
    clockErrorMs: newest?.clockErrorMs ?? null,
    online: silentMs <= TILL_SILENT_AFTER_MS,
  };
}

function isoAt(clock: Clock, laterMs = 0): string {
  return new Date(clock.wallMs() + laterMs).toISOString();
}
