/** Who asked for an operation, read from its id (`shared/domain/ids.ts` makes them). */
export type Origin =
  | { readonly kind: 'till'; readonly tillId: string; readonly receipt: string }
  | { readonly kind: 'api' }
  | { readonly kind: 'import' }
  /** The authority itself: a hold that ran out, a count that must be repeated. */
  | { readonly kind: 'authority' }
  | { readonly kind: 'other'; readonly id: string };

const TILL = /^till:([^:]+):(\d+):(\d+)$/;

/** Pure. */
export function originOf(operationId: string | null): Origin {
  if (operationId === null) return { kind: 'authority' };
  const till = TILL.exec(operationId);
  if (till !== null) {
    const [, tillId = '', life = '', sequence = ''] = till;
    return { kind: 'till', tillId, receipt: `${life}-${sequence.padStart(6, '0')}` };
  }
  if (operationId.startsWith('api:')) return { kind: 'api' };
  if (operationId.startsWith('import:')) return { kind: 'import' };
  return { kind: 'other', id: operationId };
}
