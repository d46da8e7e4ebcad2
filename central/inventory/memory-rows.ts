import { GENESIS_HASH } from '@gondola/shared/schemas/operations.ts';
import type { DecidedHead, LifeKey } from './ports.ts';

/** A life that was never heard of. */
export function newHead(life: LifeKey): DecidedHead {
  const { storeId, tillId, life: number } = life;
  return {
    ...{ storeId, tillId, life: number },
    sequence: 0,
    hash: GENESIS_HASH,
    isRetired: false,
    termEndsAt: null,
  };
}

/** The till in an operation's id; null of an operation that came by another road. */
export function tillIdOf(operationId: string | null): string | null {
  return /^till:([^:]+):/.exec(operationId ?? '')?.[1] ?? null;
}
