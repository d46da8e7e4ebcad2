import type { JournalHead } from '@gondola/shared/domain/journal-record.ts';
import type { Clock } from '@gondola/shared/lib/effects.ts';
import { GENESIS_HASH } from '@gondola/shared/schemas/operations.ts';
import type { HelloRequest, Waiting } from '../protocol/hello.ts';
import { PROTOCOL_VERSION } from '../protocol/version.ts';
import type { JournalReader } from './ports.ts';

interface HelloParts {
  readonly life: number;
  readonly journal: JournalReader;
  readonly clock: Clock;
}

/** What a till says first: how far its journal goes, what waits, what its clock shows. */
export function helloRequestOf({ life, journal, clock }: HelloParts, waiting: Waiting): HelloRequest {
  return {
    protocolVersion: PROTOCOL_VERSION,
    life,
    head: journal.head(),
    waiting,
    tillTime: new Date(clock.wallMs()).toISOString(),
  };
}

/** What the journal holds where the authority's acknowledged record should be; null when it is that record. */
export async function recordInsteadOf(
  journal: JournalReader,
  head: JournalHead,
): Promise<JournalHead | null> {
  const { sequence } = head;
  const [record] = sequence === 0 ? [] : await journal.read(sequence, 1);
  const hash = record?.sequence === sequence ? record.hash : GENESIS_HASH;
  return hash === head.hash ? null : { sequence, hash };
}
