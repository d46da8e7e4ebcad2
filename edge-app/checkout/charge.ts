import type { Label } from '@gondola/shared/domain/labels.ts';
import type { OperationBody } from '@gondola/shared/schemas/operations.ts';
import { labelOf } from './decide.ts';

/** What a till may spend as its own. */
export interface Purse {
  /** Whether it may spend at all: in contact lately enough, and sure of its own books. */
  readonly isOpen: boolean;
  /** Units of the article that are its own and unspent. */
  unspent(sku: string): number;
  /** Units of a hold that stands inside its own allotment; null of any other hold. */
  ownHold(reservationId: string): number | null;
}

export interface Charged {
  readonly body: OperationBody;
  readonly label: Label;
}

type SellBody = Extract<OperationBody, { type: 'sell' }>;

/**
 * Charges the operation to the till's allotments as far as they reach, and says what may be promised: GUARANTEED only
 * when every unit is covered and the till may spend, also where the units stand in a hold of its own: the disk of a till
 * that has just been opened may be a copy, whose hold was ended elsewhere. The charge is part of the record, so that the authority books exactly what the till booked.
 * Pure.
 */
export function charge(body: OperationBody, purse: Purse): Charged {
  const plain = { body, label: labelOf(body.type) };
  switch (body.type) {
    case 'sell':
      return chargeSale(body, purse);
    case 'reserve':
      return purse.isOpen && purse.unspent(body.sku) >= body.quantity
        ? { body: { ...body, allotted: true }, label: 'GUARANTEED' }
        : plain;
    case 'commit':
    case 'release':
      return purse.isOpen && purse.ownHold(body.reservationId) !== null
        ? { body, label: 'GUARANTEED' }
        : plain;
    default:
      return plain;
  }
}

function chargeSale(body: SellBody, purse: Purse): Charged {
  const taken = new Map<string, number>();
  let covered = true;
  const lines = body.lines.map((line) => {
    const fromHold = line.reservationId === undefined ? 0 : (purse.ownHold(line.reservationId) ?? 0);
    const rest = Math.max(0, line.quantity - fromHold);
    const before = taken.get(line.sku) ?? 0;
    // Whether somebody else's hold still stands this till cannot know: its units are charged as well, as cover. The
    // authority takes the hold first, and so takes no more than the till has charged.
    const left = purse.isOpen ? Math.max(0, purse.unspent(line.sku) - before) : 0;
    const allottedQuantity = Math.min(rest, left);
    taken.set(line.sku, before + allottedQuantity);
    covered &&= allottedQuantity === rest;
    return allottedQuantity === 0 ? line : { ...line, allottedQuantity };
  });
  return { body: { ...body, lines }, label: covered && purse.isOpen ? 'GUARANTEED' : 'RECORDED' };
}

/** What the label may still say once the record is on disk, if the till's right to spend has ended meanwhile. */
export function labelAfterFlush({ body, label }: Charged, isOpen: boolean): Label {
  return label === 'GUARANTEED' && !isOpen ? labelOf(body.type) : label;
}
