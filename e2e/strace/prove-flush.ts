/**
 * Proves that no receipt label appears before the sale is on disk: the till sells in a Chromium whose writes and flushes
 * are traced, and the record of each sale must have been written and flushed before its label stood in the page.
 *
 * node e2e/strace/prove-flush.ts [sales]
 */
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { testIds } from '@gondola/edge-app/renderer/test-ids.ts';
import { browserForTests } from '../../tools/install-browser.ts';
import { aptInstall, onPath } from '../../tools/lib/run.ts';
import { layCable } from '../fixtures/cable.ts';
import { startCentral } from '../fixtures/central.ts';
import { coffee } from '../fixtures/chain.ts';
import { ensurePages } from '../fixtures/pages.ts';
import { Till } from '../fixtures/till.ts';
import { judge, readCalls, type SaleTimes } from './judge.ts';

const FLAGS = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];

async function main(): Promise<void> {
  const sales = Number(process.argv[2] ?? 20);
  if (!Number.isSafeInteger(sales) || sales < 1)
    throw new Error('The number of sales must be a whole number.');
  await ensureStrace();
  const browser = await browserForTests();
  if ('skip' in browser) throw new Error(`There is no Chromium: ${browser.skip}`);
  await ensurePages();
  const folder = await mkdtemp(path.join(tmpdir(), 'gondola-strace-'));
  try {
    const trace = path.join(folder, 'trace.txt');
    const times = await sell(sales, tracedBrowser(folder, trace, browser.executablePath));
    report(times, readFileSync(trace, 'utf8'));
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}

async function ensureStrace(): Promise<void> {
  if (onPath('strace') !== undefined) return;
  const refused = await aptInstall(['strace']);
  if (refused !== undefined) throw new Error(refused);
}

/** -ttt: seconds of the same wall clock as the page's; -T: how long a call took; -y: its file; -s: all of a record. */
function tracedBrowser(folder: string, trace: string, program: string): string {
  const file = path.join(folder, 'chromium-traced');
  const calls = '--seccomp-bpf -f -ttt -T -y -s 65536 -e trace=fsync,fdatasync,write,pwrite64';
  writeFileSync(file, `#!/bin/sh\nexec strace ${calls} -o '${trace}' '${program}' "$@"\n`);
  chmodSync(file, 0o755);
  return file;
}

/** Sells without the centre, so that only the journal writes what the receipt waits for. */
async function sell(sales: number, executablePath: string): Promise<SaleTimes[]> {
  const central = await startCentral();
  const cable = await layCable(central.port);
  let till: Till | null = null;
  try {
    till = await Till.open(cable.url, { executablePath, args: FLAGS, timeout: 120_000 });
    await till.setUp(await central.newCode(), 'Traced till');
    await cable.cut();
    await till.page.evaluate(watchLabels, testIds);
    for (let sale = 1; sale <= sales; sale += 1) {
      await till.sell(coffee);
      process.stderr.write(`\rsale ${sale} of ${sales}`);
    }
    process.stderr.write('\n');
    return await till.page.evaluate(() => (globalThis as unknown as { sales: SaleTimes[] }).sales);
  } finally {
    await till?.remove();
    await cable.close();
    await central.remove();
  }
}

/** Runs in the page: notes when a receipt is first in the document. */
function watchLabels(ids: { readonly receipt: string }): void {
  const sales: SaleTimes[] = [];
  Object.assign(globalThis, { sales });
  let seen = '';
  new MutationObserver(() => {
    const receipt = document.querySelector<HTMLElement>(`[data-testid="${ids.receipt}"]`);
    const sequence = receipt?.dataset['sequence'] ?? '';
    if (sequence === '' || sequence === seen) return;
    seen = sequence;
    sales.push({ sequence: Number(sequence), labelAt: (performance.timeOrigin + performance.now()) / 1_000 });
  }).observe(document.body, { childList: true, subtree: true, attributes: true });
}

function report(times: readonly SaleTimes[], trace: string): void {
  const { flushes, violations, shortestMs } = judge(times, readCalls(trace));
  for (const { sequence, why } of violations) console.error(`sale ${sequence}: ${why}`);
  console.log(
    `${times.length} sales, ${flushes} flushes of IndexedDB, ${violations.length} violations; ` +
      `the nearest label came ${shortestMs.toFixed(2)} ms after the flush of its record`,
  );
  if (violations.length > 0 || times.length === 0) process.exitCode = 1;
}

await main();
