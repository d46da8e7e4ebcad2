import type { InventoryEvent } from '@gondola/shared/schemas/events.ts';

interface Sums {
  F: number;
  V: number;
  Q: number;
  X: number;
  D: number;
  W: number;
}

/** A recount of the log by plain sums, sharing no code with the authority; answers every broken rule. */
export function auditLog(events: readonly InventoryEvent[]): string[] {
  const broken: string[] = [];
  const pools = new Map<string, Sums>();
  const decided = new Set<string>();
  const conflicts = new Set<string>();
  for (const [index, event] of events.entries()) {
    const say = (what: string) => void broken.push(`event ${index + 1} (${event.type}): ${what}`);
    if (event.type === 'OperationDecided') {
      if (decided.has(event.operationId)) say(`${event.operationId} is decided twice`);
      decided.add(event.operationId);
      const isKept = event.verdict !== 'REJECTED' && event.excess.length === 0;
      if (event.label === 'GUARANTEED' && !isKept) say(`${event.operationId} was recorded as guaranteed`);
    }
    if (event.type === 'ConflictOpened') {
      if (conflicts.has(event.conflictId)) say(`conflict ${event.conflictId} is opened twice`);
      conflicts.add(event.conflictId);
    }
    if (!('movements' in event)) continue;
    const key = `${event.storeId}/${event.sku}`;
    const sums = pools.get(key) ?? { F: 0, V: 0, Q: 0, X: 0, D: 0, W: 0 };
    pools.set(key, sums);
    for (const { from, to, quantity } of event.movements) {
      // A promise is made of free units only, and only where nothing is owed.
      if (from === 'F' && (to === 'V' || to === 'Q') && (sums.F < quantity || sums.D < 0))
        say(`${quantity} units promised of ${sums.F} free, ${-sums.D} owed`);
      sums[from] -= quantity;
      sums[to] += quantity;
    }
    const { F, V, Q, X, D, W } = sums;
    if (Math.min(F, V, Q, X, -D) < 0) say(`a bucket is below zero: ${JSON.stringify(sums)}`);
    if (F > 0 && D < 0) say('free beside a deficit');
    if (F + V + Q + X + D + W !== 0) say('units came from nowhere');
  }
  return broken;
}
