import { type ClockReading, elapsedMs, wasSetBack } from '@gondola/shared/domain/elapsed.ts';
import { RESERVATION_TIMEOUT_DEFAULT_SECONDS } from '@gondola/shared/lib/limits.ts';
import type { SpendingTerm } from '@gondola/sync/client/ports.ts';
import type { Purse } from '../checkout/charge.ts';
import type { Replica } from '../checkout/ports.ts';
import type { UndecidedLog } from '../checkout/undecided.ts';
import { ownHolds, unspentAfter } from '../checkout/unspent.ts';

/** The till's purse, and what opens it. */
export interface TillPurse extends Purse {
  /** The centre has renewed the term. */
  renewed(term: SpendingTerm): void;
  /** The replica is whole, and the till's undecided records have been held against it. */
  settled(): void;
  /** The log was replaced: what the replica will say next may know less than this till has already spent. */
  unsettled(): void;
  /** How long a hold inside an allotment stands, in milliseconds. */
  holdMs(): number;
}

/**
 * Spends only in a term that was renewed since this program started, and only once the replica was whole: after a restart
 * the monotonic clock has lost its origin and the disk may be a copy, so nothing is guaranteed before the first contact.
 * `readClocks` also says when the wall clock was set back, which ends the term at once.
 */
export function createPurse(
  identity: { readonly tillId: string; readonly life: number },
  replica: Replica,
  undecided: UndecidedLog,
  readClocks: () => ClockReading,
): TillPurse {
  let term: SpendingTerm | null = null;
  let isSettled = false;
  let latestWallMs = Number.NEGATIVE_INFINITY;

  return {
    get isOpen() {
      if (term === null || !isSettled) return false;
      const now = readClocks();
      if (wasSetBack(latestWallMs, now)) term = null;
      latestWallMs = Math.max(latestWallMs, now.wallMs);
      return term !== null && elapsedMs(term.start, now) < term.spendMs;
    },
    unspent: (sku) =>
      unspentAfter(replica.allotment(identity.life, sku), undecided.ofSku(sku), replica.knownReservation),
    ownHold(reservationId) {
      const row = replica.knownReservation(reservationId);
      const hold = ownHolds(row === null ? [] : [row], undecided.all(), identity).find(
        (one) => one.reservationId === reservationId,
      );
      return hold?.quantity ?? null;
    },
    renewed(next) {
      term = next;
      latestWallMs = next.start.wallMs;
    },
    settled() {
      isSettled = true;
    },
    unsettled() {
      isSettled = false;
    },
    holdMs: () => term?.holdMs ?? RESERVATION_TIMEOUT_DEFAULT_SECONDS * 1_000,
  };
}
