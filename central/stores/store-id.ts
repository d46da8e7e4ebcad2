import { derivedUuid } from '@gondola/shared/domain/ids.ts';

/** The id of the store that the chain knows by this number: the same on every machine, for ever. */
export function storeIdOfNumber(number: string): string {
  return derivedUuid(`gondola/store/${number}`);
}
