import { apiOperationId, derivedUuid } from '@gondola/shared/domain/ids.ts';
import { hashRaw } from '@gondola/shared/domain/journal-record.ts';
import type { AdjustmentReason } from '@gondola/shared/domain/labels.ts';
import type { OperationBody } from '@gondola/shared/schemas/operations.ts';
import { operationBodySchema } from '@gondola/shared/schemas/operations.ts';
import type { VerdictRow } from '@gondola/shared/schemas/rows.ts';
import type { Authority } from './authority.ts';

/** One request of the public API: the key and its Idempotency-Key make the operation's id. */
export interface DeskCommand {
  readonly apiKeyId: string;
  readonly idempotencyKey: string;
  readonly storeId: string;
  /** The request's body as parsed and written again: what a repeat must match. */
  readonly raw: string;
}

export interface DeskLine {
  readonly sku: string;
  readonly quantity: number;
}

/** The id of the transfer that this request makes: a repeat names the same one. */
export function transferIdOf({
  apiKeyId,
  idempotencyKey,
}: Pick<DeskCommand, 'apiKeyId' | 'idempotencyKey'>): string {
  return derivedUuid(`transfer/${apiOperationId(apiKeyId, idempotencyKey)}`);
}

export type DeskAnswer =
  | { readonly kind: 'decided'; readonly verdict: VerdictRow; readonly repeated: boolean }
  | { readonly kind: 'reused-key' }
  | { readonly kind: 'busy' }
  | { readonly kind: 'failed' };

/** Takes requests that come without a journal, from programs rather than tills. */
export class Desk {
  readonly #authority: Authority;

  constructor(authority: Authority) {
    this.#authority = authority;
  }

  /** The reservation's id follows from the operation's, so that a repeat names the same one. */
  reserve(command: DeskCommand & { readonly sku: string; readonly quantity: number }): Promise<DeskAnswer> {
    const { sku, quantity } = command;
    const reservationId = derivedUuid(
      `reservation/${apiOperationId(command.apiKeyId, command.idempotencyKey)}`,
    );
    return this.#submit('reserve', command, { type: 'reserve', reservationId, sku, quantity });
  }

  commit(
    command: DeskCommand & {
      readonly reservationId: string;
      readonly transactionId: string;
      readonly customerId: string;
      /** Fewer than were held: the rest goes back. All of them when left out. */
      readonly quantity?: number | undefined;
    },
  ): Promise<DeskAnswer> {
    const { reservationId, transactionId, customerId, quantity } = command;
    const part = quantity === undefined ? {} : { quantity };
    return this.#submit('commit', command, {
      ...{ type: 'commit', reservationId, transactionId, customerId },
      ...part,
    });
  }

  /** The book is corrected by a person who saw that version of the pool. */
  adjust(
    command: DeskCommand & {
      readonly sku: string;
      readonly difference: number;
      readonly reason: AdjustmentReason;
      readonly note?: string | undefined;
      readonly expectedVersion?: number | undefined;
    },
  ): Promise<DeskAnswer> {
    const { sku, difference, reason, note, expectedVersion } = command;
    return this.#submit('adjust', command, {
      ...{ type: 'adjust', sku, difference, reason },
      ...(note === undefined ? {} : { note }),
      ...(expectedVersion === undefined ? {} : { expectedVersion }),
    });
  }

  /** The command's store asks the other one. The transfer's id follows from the operation's. */
  requestTransfer(
    command: DeskCommand & { readonly fromStoreId: string; readonly lines: readonly DeskLine[] },
  ): Promise<DeskAnswer> {
    const { fromStoreId, lines } = command;
    return this.#submit('transfer-request', command, {
      ...{ type: 'transfer-request', transferId: transferIdOf(command), fromStoreId, lines },
    });
  }

  /** The goods left the command's store, or arrived there: a fact, whatever the transfer's state. */
  moveTransfer(
    command: DeskCommand & {
      readonly move: 'dispatch' | 'receive';
      readonly transferId: string;
      readonly lines: readonly DeskLine[];
    },
  ): Promise<DeskAnswer> {
    const { move, transferId, lines } = command;
    return this.#submit(`transfer-${move}`, command, { type: `transfer-${move}`, transferId, lines });
  }

  cancelTransfer(
    command: DeskCommand & { readonly transferId: string; readonly reason?: string | undefined },
  ): Promise<DeskAnswer> {
    const { transferId, reason } = command;
    return this.#submit('transfer-cancel', command, {
      ...{ type: 'transfer-cancel', transferId },
      ...(reason === undefined ? {} : { reason }),
    });
  }

  release(command: DeskCommand & { readonly reservationId: string }): Promise<DeskAnswer> {
    return this.#submit('release', command, { type: 'release', reservationId: command.reservationId });
  }

  async #submit(path: string, command: DeskCommand, body: object): Promise<DeskAnswer> {
    const result = await this.#authority.submit({
      kind: 'single',
      operation: {
        operationId: apiOperationId(command.apiKeyId, command.idempotencyKey),
        // The route is part of the content: the same key for reserve and for release is another intent.
        contentHash: hashRaw(`${path} ${command.raw}`),
        storeId: command.storeId,
        origin: { kind: 'api', apiKeyId: command.apiKeyId },
        raw: command.raw,
        readable: true,
        label: null,
        recordedAt: null,
        seen: null,
        body: operationBodySchema.parse(body) as OperationBody,
      },
    });
    if (!result.ok) return { kind: result.error === 'busy' ? 'busy' : 'failed' };
    if (result.value.kind === 'decided') return result.value;
    return { kind: 'reused-key' };
  }
}
