import { type GrantSheetContent, grantSheetContentSchema } from '../protocol/grants.ts';
import type { InventoryPage } from '../protocol/pull.ts';
import type { GrantVerifier } from './ports.ts';

/** Whom and which request a sheet must name to count here. */
export interface SheetAddress {
  readonly tillId: string;
  readonly life: number;
  readonly nonce: string | undefined;
}

/**
 * What the page's grant sheet leases; null when there is none or nobody here can check one. `forged`: signed by somebody
 * else, changed on the way, meant for another till or life, played again, or cut out of another page.
 */
export async function openSheet(
  verifier: GrantVerifier | undefined,
  { grants, checkpoint }: InventoryPage,
  address: SheetAddress,
): Promise<GrantSheetContent | 'forged' | null> {
  if (verifier === undefined || grants === null) return null;
  if (!(await verifier.isSigned(grants))) return 'forged';
  const content = grantSheetContentSchema.safeParse(parseJson(grants.raw));
  if (!content.success) return 'forged';
  const { tillId, life, nonce, logId, position } = content.data;
  const isOurs = tillId === address.tillId && life === address.life && nonce === address.nonce;
  const isOfThisPage = logId === checkpoint.logId && position === checkpoint.position;
  return isOurs && isOfThisPage ? content.data : 'forged';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
