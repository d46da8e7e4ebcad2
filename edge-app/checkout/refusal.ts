import type { ReservationState } from '@gondola/shared/domain/labels.ts';
import type { GuardedAct } from '@gondola/shared/domain/permission.ts';
import type { TenderProblem } from '@gondola/shared/domain/tender.ts';

/** Why the till itself does not do what the cashier asked. Closed: screens have words for each. */
export type CheckoutRefusal =
  | { readonly kind: 'basket-empty' }
  | { readonly kind: 'basket-already-recorded'; readonly basketId: string }
  | { readonly kind: 'product-unknown'; readonly code: string }
  /** The code has the shape of a trade number, but not its check digit. */
  | { readonly kind: 'code-misread'; readonly code: string }
  | { readonly kind: 'product-unpriced'; readonly sku: string; readonly name: string }
  | {
      readonly kind: 'quantity-out-of-range';
      readonly sku: string;
      readonly quantity: number;
      readonly max: number;
    }
  | { readonly kind: 'too-many-lines'; readonly max: number }
  | { readonly kind: 'total-too-large' }
  | { readonly kind: 'cash-short'; readonly missingMinor: number }
  /** More than the total by something that gives no change. */
  | { readonly kind: 'tender-too-large'; readonly overMinor: number }
  | { readonly kind: TenderProblem }
  | { readonly kind: 'too-many-tenders'; readonly max: number }
  /** The basket cannot go while something was received for it. */
  | { readonly kind: 'tenders-taken' }
  | { readonly kind: 'discount-impossible' }
  | { readonly kind: 'reason-missing' }
  | { readonly kind: 'not-allowed'; readonly act: GuardedAct }
  | { readonly kind: 'too-many-parked'; readonly max: number }
  | { readonly kind: 'receipt-unknown'; readonly receiptNumber: string }
  /** Of this line of the receipt, no more can come back. */
  | { readonly kind: 'returned-already'; readonly sku: string; readonly left: number }
  | { readonly kind: 'hold-unknown'; readonly reservationId: string }
  | { readonly kind: 'hold-over'; readonly reservationId: string; readonly state: ReservationState }
  | { readonly kind: 'hold-in-basket'; readonly reservationId: string }
  | { readonly kind: 'never-synchronised' }
  /** The item's policy promises only what is sure, and the till's own units do not reach. */
  | { readonly kind: 'guaranteed-only'; readonly sku: string; readonly name: string; readonly own: number }
  /** The item's policy bounds what may be promised without an answer. */
  | {
      readonly kind: 'provisional-bound';
      readonly sku: string;
      readonly name: string;
      readonly max: number;
      readonly undecided: number;
    }
  /** The record is not on disk, so it did not happen; nothing more can be recorded until the till is opened again. */
  | { readonly kind: 'journal-failed'; readonly message: string };

export type CheckoutRefusalKind = CheckoutRefusal['kind'];
