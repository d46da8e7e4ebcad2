import type { CloudEvent, HistoryEntry } from './answers.ts';
import type { Tone } from './store-state.ts';

/** Which words say what an event did: a key and its values, so that no screen decides by itself. */
export interface Words {
  readonly key: string;
  readonly values: Readonly<Record<string, string | number>>;
}

export const EVENT_TYPES = [
  'ReservationHeld',
  'ReservationCommitted',
  'ReservationReleased',
  'ReservationExpired',
  'ItemsSold',
  'ItemsReturned',
  'GoodsReceived',
  'StockCounted',
  'StockAdjusted',
  'RecountFlagged',
  'ReservationTakenOver',
  'AllotmentGranted',
  'AllotmentRecalled',
  'AllotmentSurrendered',
  'AllotmentClosing',
  'AllotmentExpired',
  'AllotmentForced',
  'AllotmentSettled',
  'LifeRetired',
  'TransferHeld',
  'TransferReleased',
  'TransferDispatched',
  'TransferReceived',
  'TransferChanged',
  'OperationDecided',
  'ConflictOpened',
  'ConflictDue',
  'ConflictCompensated',
  'ItemPolicyChanged',
  'ConflictClosed',
] as const;

/** What a line of the feed shows of an event, whatever its version: unknown parts stay away. */
export interface EventFacts {
  readonly type: string;
  readonly storeId: string | null;
  readonly sku: string | null;
  readonly operationId: string | null;
  readonly words: Words;
  readonly tone: Tone;
}

/** Pure. */
export function eventFacts(event: CloudEvent): EventFacts {
  const type = event.type.split('.').at(-2) ?? event.type;
  const [storeId = '', sku = ''] = event.subject.split('/');
  const data = (typeof event.data === 'object' && event.data !== null ? event.data : {}) as Record<
    string,
    unknown
  >;
  return {
    type,
    storeId: storeId === '' ? null : storeId,
    sku: sku === '' ? null : sku,
    operationId: typeof data['operationId'] === 'string' ? data['operationId'] : null,
    words: eventWords(type, data),
    tone: eventTone(type, data),
  };
}

function eventWords(type: string, data: Readonly<Record<string, unknown>>): Words {
  const number = (name: string): number => (typeof data[name] === 'number' ? data[name] : 0);
  const text = (name: string): string => (typeof data[name] === 'string' ? data[name] : '');
  switch (type) {
    case 'ItemsSold':
      return number('excess') > 0
        ? { key: 'event.ItemsSold-excess', values: { count: number('quantity'), excess: number('excess') } }
        : { key: 'event.ItemsSold', values: { count: number('quantity') } };
    case 'StockCounted':
      return {
        key: 'event.StockCounted',
        values: { count: number('counted'), change: number('difference') },
      };
    case 'StockAdjusted':
      return {
        key: 'event.StockAdjusted',
        values: { change: number('difference'), adjustment: text('reason') },
      };
    case 'AllotmentForced':
      return { key: 'event.AllotmentForced', values: { count: number('quantity'), who: text('forcedBy') } };
    case 'ConflictCompensated':
      return { key: 'event.ConflictCompensated', values: { who: text('compensatedBy') } };
    case 'ItemPolicyChanged': {
      const max = data['provisionalMaxUnits'];
      const how = typeof max !== 'number' ? 'free' : max === 0 ? 'strict' : 'bound';
      return {
        key: `event.ItemPolicyChanged-${how}`,
        values: { count: number('provisionalMaxUnits'), who: text('changedBy') },
      };
    }
    case 'LifeRetired':
      return { key: `event.LifeRetired-${text('cause')}`, values: {} };
    case 'TransferChanged':
      return { key: `event.TransferChanged-${text('state')}`, values: {} };
    case 'OperationDecided':
      return {
        key: `event.OperationDecided-${text('verdict')}`,
        values: { operation: text('operationType'), reason: text('reason') },
      };
    case 'ConflictOpened':
      return {
        key: `event.ConflictOpened-${text('state') === 'PENDING' ? 'pending' : text('kind')}`,
        values: { count: number('quantity'), reason: text('reason') },
      };
    case 'ConflictClosed':
      return {
        key: 'event.ConflictClosed',
        values: { who: text('closedBy'), reason: text('closingReason') },
      };
    default:
      return EVENT_TYPES.some((known) => known === type)
        ? { key: `event.${type}`, values: { count: number('quantity') } }
        : { key: 'event.unknown', values: { type } };
  }
}

function eventTone(type: string, data: Readonly<Record<string, unknown>>): Tone {
  const { verdict, excess } = data;
  if (type === 'ConflictOpened' && data['state'] === 'PENDING') return 'careful';
  if (type === 'ConflictOpened' || type === 'ConflictDue' || verdict === 'QUARANTINED') return 'bad';
  if (type === 'AllotmentForced' || type === 'LifeRetired' || type === 'AllotmentExpired') return 'careful';
  if (type === 'ItemsSold' && typeof excess === 'number' && excess > 0) return 'bad';
  if (verdict === 'REJECTED' || type === 'RecountFlagged' || type === 'ReservationExpired') return 'careful';
  if (type === 'ConflictClosed') return 'good';
  return 'info';
}

/** One line of a pool's history in words. Pure. */
export function historyWords(entry: HistoryEntry): Words {
  const { type, onHand, held, deficit, allotted, inDoubt } = entry;
  switch (type) {
    case 'ItemsSold':
      // All of it came out of a hold, whose own line says so.
      if (onHand === 0) return { key: 'history.ItemsSold-held', values: { count: 0 } };
      return deficit > 0
        ? { key: 'history.ItemsSold-excess', values: { count: -onHand, excess: deficit } }
        : { key: 'history.ItemsSold', values: { count: -onHand } };
    case 'ItemsReturned':
    case 'GoodsReceived':
      return { key: `history.${type}`, values: { count: onHand } };
    case 'StockCounted':
      return { key: `history.StockCounted-${countResult(onHand)}`, values: { count: Math.abs(onHand) } };
    case 'StockAdjusted':
      return { key: 'history.StockAdjusted', values: { change: onHand } };
    case 'TransferReceived':
      return { key: 'history.TransferReceived', values: { count: onHand } };
    case 'TransferDispatched':
      return { key: 'history.TransferDispatched', values: { count: -onHand } };
    case 'TransferHeld':
    case 'TransferReleased':
      return { key: `history.${type}`, values: { count: Math.abs(held) } };
    case 'AllotmentGranted':
    case 'AllotmentSurrendered':
    case 'AllotmentForced':
    case 'AllotmentSettled':
      return { key: `history.${type}`, values: { count: Math.abs(allotted + inDoubt) } };
    case 'AllotmentExpired':
      return { key: 'history.AllotmentExpired', values: { count: inDoubt } };
    case 'ReservationTakenOver':
    case 'AllotmentRecalled':
    case 'AllotmentClosing':
      return { key: `history.${type}`, values: { count: 0 } };
    case 'ReservationHeld':
      return { key: 'history.ReservationHeld', values: { count: held } };
    case 'ReservationCommitted':
      return onHand === 0
        ? { key: 'history.ReservationCommitted-none', values: { count: -held } }
        : { key: 'history.ReservationCommitted', values: { count: -onHand } };
    case 'ReservationReleased':
    case 'ReservationExpired':
      return { key: `history.${type}`, values: { count: -held } };
    case 'RecountFlagged':
      return { key: 'history.RecountFlagged', values: { count: 0 } };
    default:
      return { key: 'history.unknown', values: { type, count: onHand } };
  }
}

function countResult(change: number): 'same' | 'more' | 'less' {
  if (change === 0) return 'same';
  return change > 0 ? 'more' : 'less';
}

/** Colours a line of the history only where somebody should look. Pure. */
export function historyTone(entry: HistoryEntry): Tone {
  if (entry.deficit > 0) return 'bad';
  const isCareful = ['RecountFlagged', 'AllotmentExpired', 'AllotmentForced'].includes(entry.type);
  return isCareful ? 'careful' : 'info';
}
