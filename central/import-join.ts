/** Joins the import to the running services: catalogue and stores by the register, receipts by the authority. */
import { hashRaw } from '@gondola/shared/domain/journal-record.ts';
import { operationBodySchema } from '@gondola/shared/schemas/operations.ts';
import type { ImportPorts, Receipt, ReceiptOutcome } from './import-ports.ts';
import type { Authority } from './inventory/authority.ts';
import type { Register } from './stores/register.ts';

/** The ports over a register and an authority of this process. */
export function importPortsOf(register: Register, authority: Pick<Authority, 'submit'>): ImportPorts {
  return {
    saveStores: (stores) => register.saveStores(stores),
    listStores: () => register.listStores(),
    saveProducts: (products) => register.saveProducts(products),
    knownSkus: async (skus) => new Set((await register.findProducts(skus)).map((product) => product.sku)),
    submitReceipts: (receipts) => Promise.all(receipts.map((receipt) => submitReceipt(authority, receipt))),
  };
}

async function submitReceipt(
  authority: Pick<Authority, 'submit'>,
  receipt: Receipt,
): Promise<ReceiptOutcome> {
  const { operationId, storeId, documentId, lines } = receipt;
  const body = { type: 'receive', documentId, lines };
  const raw = JSON.stringify(body);
  const result = await authority.submit({
    kind: 'single',
    operation: {
      operationId,
      contentHash: hashRaw(`${storeId} ${raw}`),
      storeId,
      origin: { kind: 'import' },
      raw,
      readable: true,
      label: null,
      recordedAt: null,
      seen: null,
      body: operationBodySchema.parse(body),
    },
  });
  if (!result.ok)
    throw new Error(
      `the authority could not book a delivery (${result.error}): run the import again, nothing is booked twice`,
    );
  if (result.value.kind === 'reused-id') return 'conflicting';
  return result.value.kind === 'decided' && result.value.repeated ? 'repeated' : 'recorded';
}
