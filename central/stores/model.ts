/** What the stores service knows, as plain data. Instants are ISO 8601 texts. */

export interface Store {
  readonly storeId: string;
  readonly number: string;
  readonly name: string;
}

/** Where a store is, in degrees. */
export interface StorePlace {
  readonly latitude: number;
  readonly longitude: number;
}

/** A store as the chain's own files know it; without a place, a known one stays as it is. */
export interface StoreInput extends Store {
  readonly place?: StorePlace | null;
}

export interface Till {
  readonly tillId: string;
  readonly storeId: string;
  readonly name: string;
  /** Raised by each re-enrolment of the same till. */
  readonly life: number;
  readonly state: 'ACTIVE' | 'REVOKED';
}

export interface EnrolmentCode {
  readonly storeId: string;
  /** Set when the code gives this till a new life; null makes a new till. */
  readonly tillId: string | null;
  readonly expiresAt: string;
  readonly usedAt: string | null;
}

/** The last that was heard of a till. */
export interface Contact {
  readonly lastContactAt: string;
  readonly connected: boolean;
  readonly waiting: number;
  readonly oldestWaitingAt: string | null;
  /** The till's wall clock minus ours; null until its first hello. */
  readonly clockErrorMs: number | null;
}

/** A till as the console shows it. */
export interface TillView extends Till {
  readonly enrolledAt: string;
  readonly lastContactAt: string | null;
  readonly connected: boolean;
  readonly waiting: number;
  readonly oldestWaitingAt: string | null;
  readonly clockErrorMs: number | null;
  /** Heard of within TILL_SILENT_AFTER_MS. */
  readonly online: boolean;
}

/** Rights of an API key. Closed list. */
export const API_SCOPES = ['inventory:read', 'inventory:write', 'stores:read', 'stores:write'] as const;
export type ApiScope = (typeof API_SCOPES)[number];

/** An article as the chain's own files know it. `ean` is empty when it has no code. */
export interface ProductInput {
  readonly sku: string;
  readonly name: string;
  readonly department: string;
  readonly category: string;
  readonly packageSize: string;
  readonly brand: string;
  readonly ean: string;
  /** null: not priced, cannot be sold. 0 is a price. */
  readonly priceMinor: number | null;
}
