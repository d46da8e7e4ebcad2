/** The latency of one reserve at a time over the public API, with nothing else going on. */
import { storeIdOfNumber } from '@gondola/central/stores/store-id.ts';
import type { BenchCentre } from './centre.ts';
import type { ChainSize } from './chain.ts';
import { median } from './quantile.ts';
import { skuOf } from './workloads.ts';

const WARM_UP_RESERVES = 100;
const MEASURED_RESERVES = 300;

/** Milliseconds of the middle one. */
export async function measureReserveAlone(
  centre: BenchCentre,
  { stores, items }: ChainSize,
): Promise<number> {
  const tookMs: number[] = [];
  for (let index = 0; index < WARM_UP_RESERVES + MEASURED_RESERVES; index += 1) {
    const startedMs = performance.now();
    await reserve(centre, `bench-${index}`, 1 + (index % stores), (index * 7) % items, 1);
    if (index >= WARM_UP_RESERVES) tookMs.push(performance.now() - startedMs);
  }
  return median(tookMs);
}

/** One reserve of the web. */
export async function reserve(
  { url, apiKey }: BenchCentre,
  idempotencyKey: string,
  storeNumber: number,
  item: number,
  quantity: number,
): Promise<void> {
  const response = await fetch(`${url.origin}/api/v1/inventory/reserve`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${apiKey}`,
      'content-type': 'application/json',
      'idempotency-key': idempotencyKey,
    },
    body: JSON.stringify({
      ...{ storeId: storeIdOfNumber(String(storeNumber)), productSku: skuOf(item) },
      ...{ quantity, reason: 'benchmark' },
    }),
  });
  const body = await response.text();
  if (response.status !== 201) throw new Error(`a reserve was answered by ${response.status}: ${body}`);
}

/** Calls the auditor; the sum of all that must be zero. */
export async function auditMismatches({ url, apiKey }: BenchCentre): Promise<number> {
  const response = await fetch(`${url.origin}/api/v1/audit`, {
    headers: { authorization: `Bearer ${apiKey}` },
  });
  if (response.status !== 200) throw new Error(`the audit was answered by ${response.status}`);
  const { pools, events, ...mismatches } = (await response.json()) as Record<string, number>;
  if (!(Number(pools) > 0 && Number(events) > 0)) throw new Error('the audit has seen nothing');
  return Object.values(mismatches).reduce((sum, value) => sum + value, 0);
}
