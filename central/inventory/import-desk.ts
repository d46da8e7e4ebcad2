import { importOperationId } from '@gondola/shared/domain/ids.ts';
import { hashRaw } from '@gondola/shared/domain/journal-record.ts';
import { operationBodySchema } from '@gondola/shared/schemas/operations.ts';
import type { Authority } from './authority.ts';

/** Goods that a file says a store has; `operationId` names the same lines for ever, so that a second import changes nothing. */
export interface ImportedReceipt {
  readonly operationId: string;
  readonly storeId: string;
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
}

export interface ImportResult {
  readonly accepted: number;
  readonly repeated: number;
}

/** Books deliveries from a file. Rejects when the authority cannot decide or an id stands for other content. */
export async function importReceipts(
  authority: Authority,
  receipts: readonly ImportedReceipt[],
): Promise<ImportResult> {
  const outcomes = await Promise.all(receipts.map((receipt) => importReceipt(authority, receipt)));
  const repeated = outcomes.filter((outcome) => outcome === 'repeated').length;
  return { accepted: outcomes.length - repeated, repeated };
}

async function importReceipt(authority: Authority, receipt: ImportedReceipt): Promise<'new' | 'repeated'> {
  const raw = JSON.stringify({ type: 'receive', lines: receipt.lines });
  const result = await authority.submit({
    kind: 'single',
    operation: {
      operationId: importOperationId(receipt.operationId),
      contentHash: hashRaw(`${receipt.storeId} ${raw}`),
      storeId: receipt.storeId,
      origin: { kind: 'import' },
      raw,
      readable: true,
      label: null,
      recordedAt: null,
      seen: null,
      body: operationBodySchema.parse(JSON.parse(raw)),
    },
  });
  if (!result.ok) throw new Error(`the authority could not book the delivery (${result.error}); run the import again`);
  if (result.value.kind === 'reused-id') {
    throw new Error(`the delivery ${receipt.operationId} was imported before with other lines; it was left as it is`);
  }
  return result.value.kind === 'decided' && result.value.repeated ? 'repeated' : 'new';
}
