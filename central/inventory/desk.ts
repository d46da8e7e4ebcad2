import { apiOperationId, derivedUuid } from '@gondola/shared/domain/ids.ts';
import { hashRaw } from '@gondola/shared/domain/journal-record.ts';
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
    },
  ): Promise<DeskAnswer> {
    const { reservationId, transactionId, customerId } = command;
    return this.#submit('commit', command, { type: 'commit', reservationId, transactionId, customerId });
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
