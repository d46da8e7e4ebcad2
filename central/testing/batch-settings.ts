import type { BatchSettings } from '../inventory/handle-batch.ts';

/** The settings of a test's authority: no allotments unless it asks for them. */
export function batchSettings(overrides: Partial<BatchSettings> = {}): BatchSettings {
  return {
    reservationTimeoutMs: 300_000,
    transferTimeoutMs: 86_400_000,
    grants: { mode: 'off', halfLifeMs: 86_400_000, webLines: 1 },
    allotmentMode: 'settlement-only',
    heardWithinMs: 180_000,
    ...overrides,
  };
}
