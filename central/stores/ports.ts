/** What the stores service asks of its database. */
import type { StoresEvent } from '@gondola/shared/schemas/events.ts';
import type { Checkpoint } from '@gondola/shared/schemas/primitives.ts';
import type { CataloguePage } from '@gondola/sync/protocol/pull.ts';
import type { RefusedProduct } from './decide.ts';
import type {
  ApiScope,
  Contact,
  EnrolmentCode,
  ProductInput,
  Store,
  StoreInput,
  StorePlace,
  Till,
} from './model.ts';

/** SHA-256 of a token, code or link: the database never holds the secret itself. */
export type SecretHash = Buffer;

/** Inside one transaction. The log is locked by `append`, which comes last. */
export interface RegisterTransaction {
  lockCode(hash: SecretHash): Promise<EnrolmentCode | null>;
  spendCode(hash: SecretHash, now: string): Promise<void>;
  /** Locks the store, so that two enrolments of one name meet. */
  lockStore(storeId: string): Promise<Store | null>;
  findTill(tillId: string): Promise<Till | null>;
  findActiveTill(storeId: string, name: string): Promise<Till | null>;
  insertTill(till: Till, tokenHash: SecretHash, now: string): Promise<void>;
  renewTill(till: Till, tokenHash: SecretHash, now: string): Promise<void>;
  append(events: readonly StoresEvent[], now: string): Promise<void>;
}

export interface AuthenticatedTill {
  readonly tillId: string;
  readonly tillName: string;
  readonly storeId: string;
  readonly storeName: string;
  readonly life: number;
}

export interface AuthenticatedApiKey {
  readonly apiKeyId: string;
  readonly name: string;
  readonly scopes: readonly ApiScope[];
}

export interface AuthenticatedSession {
  readonly sessionId: string;
  readonly expiresAt: string;
}

export interface TillRow extends Till {
  readonly enrolledAt: string;
  readonly contact: Contact | null;
}

/** Tables of stores, tills and access. */
export interface RegisterStore {
  transaction<Value>(work: (transaction: RegisterTransaction) => Promise<Value>): Promise<Value>;
  listStores(): Promise<readonly Store[]>;
  findStore(storeId: string): Promise<Store | null>;
  /** Makes new stores, renames and moves known ones; answers how many changed. */
  saveStores(stores: readonly StoreInput[], now: string): Promise<number>;
  /** Of the stores whose place is known. */
  places(): Promise<ReadonlyMap<string, StorePlace>>;
  listTills(storeId: string | null): Promise<readonly TillRow[]>;
  saveContacts(contacts: ReadonlyMap<string, Contact>): Promise<void>;
  /** False when there is no such active till. */
  revokeTill(tillId: string): Promise<boolean>;
  insertCode(code: {
    hash: SecretHash;
    storeId: string;
    tillId: string | null;
    now: string;
    expiresAt: string;
  }): Promise<void>;
  insertApiKey(key: AuthenticatedApiKey & { readonly hash: SecretHash; readonly now: string }): Promise<void>;
  /** False when there is no such active key. */
  revokeApiKey(apiKeyId: string, now: string): Promise<boolean>;
  insertLink(link: { hash: SecretHash; now: string; expiresAt: string }): Promise<void>;
  /** Uses the link up, once, if it is still good. */
  spendLink(hash: SecretHash, now: string): Promise<boolean>;
  insertSession(
    session: AuthenticatedSession & { readonly hash: SecretHash; readonly now: string },
  ): Promise<void>;
  endSession(hash: SecretHash, now: string): Promise<void>;
  findTillByToken(hash: SecretHash): Promise<AuthenticatedTill | null>;
  findApiKey(hash: SecretHash): Promise<AuthenticatedApiKey | null>;
  findSession(hash: SecretHash, now: string): Promise<AuthenticatedSession | null>;
}

/** Tables of the catalogue and its log. */
export interface CatalogueStore {
  /** One transaction: rows, events, positions. */
  saveProducts(products: readonly ProductInput[], now: string): Promise<SavedProducts>;
  /** See Register.pullCatalogue. */
  pull(after: Checkpoint | null, rowsMax: number): Promise<CataloguePage>;
  /** The log's last position. */
  head(): Promise<number>;
  findProducts(skus: readonly string[]): Promise<readonly ProductInput[]>;
  search(text: string, rowsMax: number): Promise<readonly ProductInput[]>;
}

export interface SavedProducts {
  readonly changed: number;
  readonly unchanged: number;
  readonly refused: readonly RefusedProduct[];
}

/** Units sold per article, from the inventory's events. */
export interface SoldStore {
  bestSellers(
    storeId: string,
    rowsMax: number,
  ): Promise<readonly { readonly sku: string; readonly units: number }[]>;
}
