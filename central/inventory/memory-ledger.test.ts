import { derivedUuid } from '@gondola/shared/domain/ids.ts';
import { describe } from 'vitest';
import { authorityContract, HOLD_MS, type LedgerUnderTest } from './authority.contract.ts';
import { livesContract } from './lives.contract.ts';
import { MemoryLedger } from './memory-ledger.ts';

async function open(): Promise<LedgerUnderTest> {
  let nowMs = Date.parse('2026-01-01T12:00:00Z');
  return {
    ledger: new MemoryLedger(derivedUuid('log'), () => new Date(nowMs).toISOString()),
    passHolds: async () => {
      nowMs += HOLD_MS;
    },
  };
}

describe('the authority over memory', () => {
  authorityContract(open);
});

describe('leases and lives over memory', () => {
  livesContract(open);
});
