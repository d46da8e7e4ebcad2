/** The shell of the till: the same page, in a window of its own. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { testIds } from '@gondola/edge-app/renderer/test-ids.ts';
import { _electron, expect } from '@playwright/test';
import { electronForTests } from '../../tools/electron-for-tests.ts';
import { coffee, productCount } from '../fixtures/chain.ts';
import { ensureShell } from '../fixtures/pages.ts';
import { test } from '../fixtures/test.ts';

test('the window of the till opens, enrols and sells', async ({ central }) => {
  test.setTimeout(240_000);
  await ensureShell();
  const electron = await electronForTests();
  if ('skip' in electron) {
    test.skip(true, electron.skip);
    return;
  }
  const profile = await mkdtemp(path.join(tmpdir(), 'gondola-shell-'));
  // The program may run as another user than the test.
  await chmod(profile, 0o777);
  const shell = await _electron.launch({
    executablePath: electron.executablePath,
    args: [...electron.args, `--user-data-dir=${profile}`, '--lang=en-GB', `--central=${central.url}`],
    timeout: 60_000,
  });
  try {
    const window = await shell.firstWindow();
    await window.getByTestId(testIds.enrolCode).fill(await central.newCode());
    await window.getByTestId(testIds.enrolTillName).fill('Window');
    await window.getByTestId(testIds.enrolSubmit).click();
    const pill = window.getByTestId(testIds.pill);
    await expect(pill).toHaveAttribute('data-searchable', String(productCount));
    await window.getByTestId(testIds.search).fill(coffee.sku);
    await window.getByTestId(testIds.resultAdd).first().click();
    await window.getByTestId(testIds.pay).click();
    await window.getByTestId(testIds.tenderExact).click();
    await window.getByTestId(testIds.tenderFinish).click();
    await expect(window.getByTestId(testIds.receipt)).toBeVisible();
    await expect(pill).toHaveAttribute('data-waiting', '0');
    await expect.poll(async () => (await central.pool(coffee.sku)).onHand).toBe(coffee.opening - 1);
  } finally {
    await shell.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
});
