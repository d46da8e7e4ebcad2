/** Who stands at a till, by rising right. */
export const ROLES = ['cashier', 'supervisor', 'manager'] as const;
export type Role = (typeof ROLES)[number];

/** What not everybody may do, or what a chain wants to hear of. */
export const GUARDED_ACTS = [
  'void-line',
  'void-basket',
  'no-sale',
  'line-discount',
  'basket-discount',
  'price-override',
  'return-without-receipt',
] as const;
export type GuardedAct = (typeof GUARDED_ACTS)[number];

const LEAST_ROLE: Readonly<Record<GuardedAct, Role>> = {
  'void-line': 'cashier',
  'void-basket': 'cashier',
  'no-sale': 'cashier',
  'line-discount': 'supervisor',
  'basket-discount': 'supervisor',
  'price-override': 'supervisor',
  'return-without-receipt': 'supervisor',
};

/** Whether somebody of this role may do it. */
export function mayDo(role: Role, act: GuardedAct): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(LEAST_ROLE[act]);
}
