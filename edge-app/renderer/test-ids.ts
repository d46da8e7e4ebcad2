/**
 * Stable `data-testid` values of the till's page. Tests use these and nothing else to find things:
 *
 * - session: `starting`, `otherWindow`, `failed`, `enrol*`, `tillScreen`
 * - top bar: `pill` (its `data-state` is online | connecting | offline | catching-up | needs-help | disk-failed, its
 *   `data-waiting` the number of unsent operations, its `data-catalogue` the number of products), `language`, `scheme`
 * - tabs: `tabFind`, `tabHolds`, `tabConflicts`, `tabStatus`, on a phone also `tabBasket`
 * - basket: `basketLine` (with `data-sku`), `lineQuantity`, `lineRemove`, `total`, `pay`, `recovery*`
 * - finder: `search`, `result` (with `data-sku`), `resultStock`, `resultHold`, `holdConfirm`, `tile`
 * - tender: `tenderGiven`, `tenderChange`, `tenderExact`, `tenderNote`, `tenderFinish`
 * - done: `receipt` (with `data-label`, `data-sequence`), `receiptLabel`, `receiptNumber`, `receiptChange`, `nextSale`
 * - holds: `hold` (with `data-reservation-id` and `data-state`), `holdHandOver`, `holdRelease`, `holdCountdown`, `holdGuaranteed`
 * - conflicts: `conflict` (with `data-kind` and `data-state`); status: `queueEntry`, `light` (with `data-light`,
 *   `data-state`), `retryNow`; `notice` is the line that answers an action
 */
export const testIds = {
  starting: 'starting',
  otherWindow: 'other-window',
  failed: 'failed',
  enrolForm: 'enrol-form',
  enrolCode: 'enrol-code',
  enrolTillName: 'enrol-till-name',
  enrolSubmit: 'enrol-submit',
  enrolProblem: 'enrol-problem',
  tillScreen: 'till-screen',
  pill: 'state-pill',
  language: 'language',
  scheme: 'colour-scheme',
  tabFind: 'tab-find',
  tabHolds: 'tab-holds',
  tabConflicts: 'tab-conflicts',
  tabStatus: 'tab-status',
  tabBasket: 'tab-basket',
  catalogueLoad: 'catalogue-load',
  basket: 'basket',
  basketLine: 'basket-line',
  lineQuantity: 'line-quantity',
  lineQuantityField: 'line-quantity-field',
  lineQuantityApply: 'line-quantity-apply',
  lineRemove: 'line-remove',
  total: 'basket-total',
  pay: 'pay',
  recovery: 'recovery',
  recoveryKeep: 'recovery-keep',
  recoveryDiscard: 'recovery-discard',
  search: 'search',
  result: 'result',
  resultAdd: 'result-add',
  resultStock: 'result-stock',
  resultHold: 'result-hold',
  holdQuantity: 'hold-quantity',
  holdConfirm: 'hold-confirm',
  tile: 'tile',
  tender: 'tender',
  tenderGiven: 'tender-given',
  tenderChange: 'tender-change',
  tenderExact: 'tender-exact',
  tenderNote: 'tender-note',
  tenderKey: 'tender-key',
  tenderFinish: 'tender-finish',
  tenderBack: 'tender-back',
  receipt: 'receipt',
  receiptLabel: 'receipt-label',
  receiptNumber: 'receipt-number',
  receiptChange: 'receipt-change',
  nextSale: 'next-sale',
  slip: 'slip',
  holds: 'holds',
  hold: 'hold',
  holdGuaranteed: 'hold-guaranteed',
  holdCountdown: 'hold-countdown',
  holdHandOver: 'hold-hand-over',
  holdRelease: 'hold-release',
  conflicts: 'conflicts',
  conflict: 'conflict',
  conflictCount: 'conflict-count',
  conflictCountSave: 'conflict-count-save',
  status: 'status',
  light: 'light',
  queueEntry: 'queue-entry',
  enrolAgain: 'enrol-again',
  retryNow: 'retry-now',
  notice: 'notice',
} as const;
