/**
 * Stable `data-testid` values of the console's page. Tests use these and nothing else to find things:
 *
 * - session: `checking`, `unreachable`, `signedOut` (its `data-why` is none | link-refused | too-many | ended | left),
 *   `frame` once signed in, `signOut`
 * - frame: `nav-<page>` by `navTo`, `feedState` (its `data-state` is connecting | live | lost), `language`, `scheme`
 * - every panel: `panelFailure` when it cannot be shown, `panelStale` when it is old, `skeleton` while it loads
 * - overview: `figure` (with `data-figure`, `data-value`), `wall`, `tile` (with `data-store-id`, `data-number`,
 *   `data-state`), `tileCard`, `wallFilter` (with `data-state`), `notice`
 * - stores: `storeSearch`, `storeRow` (with `data-store-id`), `storePage`, `tillRow` (with `data-till-id`,
 *   `data-online`), `enrolMake`, `enrolCode`
 * - stock: `stockSearch`, `storeFilter`, `poolRow` (with `data-store-id`, `data-sku`), `poolPage`, `bucket` (with
 *   `data-bucket`, `data-units`), `onHand`, `historyEntry` (with `data-type`, `data-position`; a count's has
 *   `countCommitted` with `data-units`, `data-explained`)
 * - reservations: `stateFilter`, `reservationRow` (with `data-reservation-id`, `data-state`)
 * - transfers: `transferRow` (with `data-transfer-id`, `data-state`); on a pool's page `allotmentRow` (with
 *   `data-till-id`, `data-state`, `data-units`) with `allotmentForce` (opens `forceForm` with `forceReason`, `forcedBy`,
 *   `approvedBy`, `forceUnits`, `forceConfirm`); `policy` (with `data-units`: none | 0 | n), `policyChange`, `policyChoice`,
 *   `policyUnits`, `policySave`; on a pool's and on a store's page `allotmentClose`, `closeReason`, `closeConfirm`
 * - every act: `actProblem` (with `data-stale`), `lookAgain`, `actDone`
 * - conflicts: `conflict` (with `data-conflict-id`, `data-state`), `conflictLook`, `conflictReport`, `conflictStory`,
 *   `conflictAct` (with `data-act`), `conflictClose`, `conflictReason`, `conflictConfirm`, `conflictProblem`,
 *   `conflictDone`
 * - events: `eventRow` (with `data-position`, `data-type`), `eventPause` (with `data-paused`), `eventType`, `eventSku`,
 *   `eventOlder`, `eventDetail`, `eventJson`
 */
export const testIds = {
  checking: 'checking',
  unreachable: 'unreachable',
  signedOut: 'signed-out',
  frame: 'console',
  signOut: 'sign-out',
  feedState: 'feed-state',
  language: 'language',
  scheme: 'colour-scheme',
  panelFailure: 'panel-failure',
  panelStale: 'panel-stale',
  skeleton: 'skeleton',
  emptyChain: 'empty-chain',
  figure: 'figure',
  wall: 'store-wall',
  tile: 'store-tile',
  tileCard: 'store-card',
  wallFilter: 'wall-filter',
  notice: 'notice',
  storeSearch: 'store-search',
  storeRow: 'store-row',
  storePage: 'store-page',
  tillRow: 'till-row',
  enrolMake: 'enrol-make',
  enrolCode: 'enrol-code',
  stockSearch: 'stock-search',
  storeFilter: 'store-filter',
  stateFilter: 'state-filter',
  poolRow: 'pool-row',
  poolPage: 'pool-page',
  bucket: 'bucket',
  onHand: 'on-hand',
  historyEntry: 'history-entry',
  countCommitted: 'count-committed',
  reservationRow: 'reservation-row',
  conflict: 'conflict',
  transferRow: 'transfer-row',
  allotmentRow: 'allotment-row',
  allotmentForce: 'allotment-force',
  allotmentClose: 'allotment-close',
  forceForm: 'force-form',
  forceReason: 'force-reason',
  forcedBy: 'forced-by',
  approvedBy: 'approved-by',
  forceUnits: 'force-units',
  forceConfirm: 'force-confirm',
  closeReason: 'close-reason',
  closeConfirm: 'close-confirm',
  policy: 'policy',
  policyChange: 'policy-change',
  policyChoice: 'policy-choice',
  policyUnits: 'policy-units',
  policySave: 'policy-save',
  actProblem: 'act-problem',
  lookAgain: 'look-again',
  actDone: 'act-done',
  conflictLook: 'conflict-look',
  conflictReport: 'conflict-report',
  conflictStory: 'conflict-story',
  conflictAct: 'conflict-act',
  conflictClose: 'conflict-close',
  conflictReason: 'conflict-reason',
  conflictConfirm: 'conflict-confirm',
  conflictProblem: 'conflict-problem',
  conflictDone: 'conflict-done',
  eventRow: 'event-row',
  eventPause: 'event-pause',
  eventType: 'event-type',
  eventSku: 'event-sku',
  eventOlder: 'event-older',
  eventDetail: 'event-detail',
  eventJson: 'event-json',
} as const;

/** The link to a part of the console in its left rail. */
export function navTo(page: string): string {
  return `nav-${page}`;
}
