import type { TopicSource } from '@gondola/shared/schemas/topics.ts';
import type { Log } from '../platform/log.ts';
import type { Delivery } from './ports.ts';

/** What a bus writes into the log when a group began anew. */
export function tellReplaced(
  log: Log | null,
  reader: { readonly group: string; readonly source: TopicSource },
): Delivery['onReplaced'] {
  return (replaced) =>
    log?.warn(
      { ...reader, replaced },
      'another log took the place of the one this group had read: what it had folded was cleared and is folded again',
    );
}
