import { touchedSkus, type UndecidedRecord } from './evolve.ts';

/**
 * The till's records that wait for their verdict, in journal order, with an index by article: a search result shows
 * fifty availabilities at once, and an outage may leave thousands of records here.
 */
export interface UndecidedLog {
  all(): readonly UndecidedRecord[];
  ofSku(sku: string): readonly UndecidedRecord[];
  add(record: UndecidedRecord, skuOfHold?: string): void;
  /** Forgets everything up to that sequence: its effects stand in the replica now. */
  decidedUpTo(sequence: number): void;
  /** Starts again, when the replica was dropped and older records are undecided once more. */
  replaceAll(
    records: readonly UndecidedRecord[],
    skuOfHold: (reservationId: string) => string | undefined,
  ): void;
  /** The article of a reserve that waits here. */
  skuOfPendingHold(reservationId: string): string | undefined;
}

/** An empty log of undecided records. */
export function createUndecidedLog(): UndecidedLog {
  let records: UndecidedRecord[] = [];
  const bySku = new Map<string, UndecidedRecord[]>();
  const pendingHolds = new Map<string, string>();

  function index(record: UndecidedRecord, skuOfHold: string | undefined): void {
    if (record.body.type === 'reserve') pendingHolds.set(record.body.reservationId, record.body.sku);
    for (const sku of touchedSkus(record.body, (id) => pendingHolds.get(id) ?? skuOfHold)) {
      const list = bySku.get(sku);
      if (list === undefined) bySku.set(sku, [record]);
      else list.push(record);
    }
  }

  let lastSequence = 0;
  let decidedSequence = 0;

  const log: UndecidedLog = {
    all: () => records,
    ofSku: (sku) => bySku.get(sku) ?? [],
    skuOfPendingHold: (reservationId) => pendingHolds.get(reservationId),
    add(record, skuOfHold) {
      // Loading from the journal and a fresh append may meet on the same record.
      if (record.sequence <= Math.max(lastSequence, decidedSequence)) return;
      lastSequence = record.sequence;
      records.push(record);
      index(record, skuOfHold);
    },
    decidedUpTo(sequence) {
      decidedSequence = sequence;
      const keep = records.findIndex((record) => record.sequence > sequence);
      const decided = keep === -1 ? records : records.slice(0, keep);
      if (decided.length === 0) return;
      records = keep === -1 ? [] : records.slice(keep);
      for (const { body } of decided) if (body.type === 'reserve') pendingHolds.delete(body.reservationId);
      for (const [sku, list] of bySku) {
        if ((list[0]?.sequence ?? 0) > sequence) continue;
        const rest = list.filter((record) => record.sequence > sequence);
        if (rest.length === 0) bySku.delete(sku);
        else bySku.set(sku, rest);
      }
    },
    replaceAll(next, skuOfHold) {
      records = [];
      lastSequence = 0;
      decidedSequence = 0;
      bySku.clear();
      pendingHolds.clear();
      for (const record of next) {
        const { body } = record;
        const names = body.type === 'commit' || body.type === 'release' || body.type === 'expire';
        log.add(record, names ? skuOfHold(body.reservationId) : undefined);
      }
    },
  };
  return log;
}
