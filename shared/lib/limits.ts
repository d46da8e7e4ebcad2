/** Every bound of the system, with its unit last and its reason. Nothing else may hold a bare bound. */

/** Fuel is sold in thousandths, so a line of 30,000 is real; a million is a typing mistake. */
export const LINE_QUANTITY_MAX_UNITS = 1_000_000;
/** 10 million in minor units per article: above the dearest article of any chain. */
export const PRICE_MAX_MINOR = 1_000_000_000;
/** A tax of ten times the price: above every rate of any country. */
export const BASIS_POINTS_MAX = 100_000;
/** A till prints no longer receipt; it also bounds the rows one operation may lock. */
export const OPERATION_LINES_MAX = 500;
export const SKU_MAX_CHARACTERS = 64;
export const REASON_MAX_CHARACTERS = 500;
export const IDENTIFIER_MAX_CHARACTERS = 128;
/** A basket of 500 lines is about 60 kB of JSON. */
export const JOURNAL_RECORD_MAX_BYTES = 131_072;
/** One push: enough to drain an outage quickly, small enough to lose little to a cut. */
export const PUSH_RECORDS_MAX = 200;
export const PUSH_MAX_BYTES = 4_194_304;
/** Rows in one page of a pull; RxDB writes 2,000 documents in about 0.3 s. */
export const PULL_ROWS_MAX = 5_000;
export const PULL_ROWS_DEFAULT = 2_000;
export const API_BODY_MAX_BYTES = 262_144;
/** The seed's promise: a hold that nobody resolves returns its units after five minutes. */
export const RESERVATION_TIMEOUT_DEFAULT_SECONDS = 300;
/** Operations in one transaction of the authority. Larger batches add latency, not throughput. */
export const BATCH_OPERATIONS_MAX = 500;
/** Operations in one row of the log: a reader of one operation parses them all. */
export const LOG_RUN_OPERATIONS_MAX = 100;
/** Pools that the authority remembers between batches: about 240 MB with their allotments, measured. */
export const RESIDENT_POOLS_MAX = 200_000;
export const RESIDENT_HOLDS_MAX = 100_000;
export const RESIDENT_HEADS_MAX = 50_000;
/** After a batch that another node had overtaken, this many are decided with the log locked from their beginning. */
export const EXCLUSIVE_BATCHES_AFTER_STALE = 20;
/** How old the list of a store's tills that were heard of lately may be; it only guides the grant policy. */
export const ALIVE_TILLS_MAX_AGE_MS = 1_000;
/** Operations waiting at one authority; beyond it callers are told to come back. */
export const AUTHORITY_QUEUE_MAX_OPERATIONS = 20_000;
/** Expired reservations returned by one sweep. */
export const SWEEP_RESERVATIONS_MAX = 500;
export const SWEEP_INTERVAL_MS = 1_000;
/** A sweeper that was killed is replaced after this; longer than any pause of a busy process, below every promise of time. */
export const SWEEP_LEASE_MS = 4_000;
/** A till hears of changes by poke; this poll covers a blocked socket. */
export const PULL_POLL_INTERVAL_MS = 15_000;
export const REQUEST_TIMEOUT_MS = 15_000;
export const BACKOFF_FIRST_MS = 500;
export const BACKOFF_MAX_MS = 30_000;
/** No node may hold rows while it is frozen: rule 9 of the plan. */
export const IDLE_IN_TRANSACTION_TIMEOUT_MS = 2_000;
export const LOCK_TIMEOUT_MS = 5_000;
export const STATEMENT_TIMEOUT_MS = 15_000;
/** Serialization failures and deadlocks are retried this often before they are an error. */
export const TRANSACTION_ATTEMPTS_MAX = 5;
export const ENROLMENT_CODE_LIFETIME_MS = 86_400_000;
export const CONSOLE_LINK_LIFETIME_MS = 86_400_000;
export const CONSOLE_SESSION_LIFETIME_MS = 43_200_000;
/** A till that has been silent longer than this is shown as offline on the console. */
export const TILL_SILENT_AFTER_MS = 45_000;
/** Events handed to a consumer or to Kafka at once. */
export const RELAY_EVENTS_MAX = 500;
/** A keyboard wedge types faster than any person: characters closer than this belong to one scan. */
export const SCANNER_KEY_GAP_MAX_MS = 50;
export const SCANNER_CODE_MIN_CHARACTERS = 4;
/** Baskets that wait at one till: more customers than stand aside at any counter. */
export const PARKED_BASKETS_MAX = 20;
/** Voids and openings of the drawer that one sale carries; further ones are counted together with the last of their kind. */
export const TILL_ACTS_MAX = 100;
/** Ways in which one sale is paid: more than any customer has in a purse. */
export const TENDERS_MAX = 20;

/** Pools in one transaction of housekeeping: a store of 92,000 articles is dealt in under 200 of them. */
export const BATCH_POOLS_MAX = 500;
/** A till that was not heard of for a day stops spending: by then somebody has noticed, and shelf units are in doubt. */
export const ALLOTMENT_TERM_MS = 86_400_000;
/** A heartbeat younger than this writes nothing. */
export const ALLOTMENT_TERM_RENEW_AFTER_MS = 60_000;
/** Only tills heard of within this time get new units: others could not hear of them. */
export const ALLOTMENT_HEARD_WITHIN_MS = 180_000;
/** After its term, a till under a report deadline has this long to get back to a network and say what it spent. */
export const ALLOTMENT_REPORT_WINDOW_MS = 86_400_000;
/** Goods held for another store that nobody has sent are given up after three days. */
export const TRANSFER_TIMEOUT_MS = 259_200_000;
/** Between a till's looks at its own allotments and the holds inside them. */
export const ALLOTMENT_KEEP_INTERVAL_MS = 1_000;

/** Events in the story of one conflict: the last before the decision. A pool sees fewer between two pulls of a busy till. */
export const CONFLICT_TIMELINE_EVENTS_MAX = 200;
/** Another store, or another article, to offer: more than a person reads at the counter helps nobody. */
export const SUGGESTED_STORES_MAX = 3;
export const SUGGESTED_SUBSTITUTES_MAX = 3;
/** Articles of the store looked through for a substitute, the best stocked first. */
export const SUBSTITUTE_CANDIDATES_MAX = 500;
/** Open conflicts that one round of automatic compensation looks at. */
export const COMPENSATION_CONFLICTS_MAX = 100;
export const COMPENSATION_INTERVAL_MS = 5_000;
/** Stores that compensation asks, one after another, before it leaves the conflict to a person. */
export const COMPENSATION_STORES_MAX = 3;

/** A web request waits this often, this long each, for units that online tills were asked to give back: one second. */
export const GATHER_LOOKS_MAX = 20;
export const GATHER_LOOK_INTERVAL_MS = 50;

/** Between two stores' recounts: 500 stores are recounted in four minutes. */
export const AUDIT_STORE_PAUSE_MS = 500;

/** Overdue holds that one batch ends: an article with a hundred thousand of them must not stop its tills. */
export const BATCH_OVERDUE_HOLDS_MAX = 5_000;
