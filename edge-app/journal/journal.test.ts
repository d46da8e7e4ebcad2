import 'fake-indexeddb/auto';
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Scheduler } from '@gondola/shared/lib/effects.ts';
import { IDBFactory } from 'fake-indexeddb';
import { afterAll, describe, expect, it } from 'vitest';
import { openFileJournal } from './file-journal.ts';
import { contentOf, contractIdentity, describeJournal } from './journal.contract.ts';
import { type MemoryMedium, openMemoryJournal } from './memory-journal.ts';
import { openPouchJournal } from './pouch-journal.ts';

const folders: string[] = [];
const atOnce: Scheduler = {
  after(_delayMs, action) {
    const timer = setImmediate(action);
    return () => clearImmediate(timer);
  },
};
let tills = 0;

async function temporaryFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gondola-journal-'));
  folders.push(folder);
  return join(folder, 'journal', 'till.log');
}

function anotherTill(): typeof contractIdentity {
  tills += 1;
  return { ...contractIdentity, tillId: `5e1f0c9a-6a01-4f43-9a3b-${String(tills).padStart(12, '0')}` };
}

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

describeJournal('the memory journal', async () => {
  const medium: MemoryMedium = [];
  return { open: async (identity = contractIdentity) => openMemoryJournal({ identity, medium }) };
});

describeJournal('the file journal', async () => {
  const file = await temporaryFile();
  return { open: (identity = contractIdentity) => openFileJournal({ identity, file }) };
});

// The database is named by the till, so each medium gets a fresh factory.
describeJournal('the PouchDB journal', async () => {
  globalThis.indexedDB = new IDBFactory();
  return { open: (identity = contractIdentity) => openPouchJournal({ identity, scheduler: atOnce }) };
});

describe('a flush that fails', () => {
  it('rejects, keeps the head, and stops every append until the journal is opened again', async () => {
    const medium: MemoryMedium = [];
    let broken = false;
    const beforeFlush = (): void => {
      if (broken) throw new Error('no space left on device');
    };
    const journal = openMemoryJournal({ identity: contractIdentity, medium, beforeFlush });
    await journal.append(contentOf('a'));
    broken = true;
    const lost = journal.append(contentOf('b'));
    const behind = journal.append(contentOf('c'));
    await expect(lost).rejects.toMatchObject({ code: 'flush-failed' });
    await expect(behind).rejects.toMatchObject({ code: 'flush-failed' });
    broken = false;
    await expect(journal.append(contentOf('d'))).rejects.toMatchObject({ code: 'flush-failed' });
    expect(journal.head().sequence).toBe(1);
    const again = openMemoryJournal({ identity: contractIdentity, medium });
    expect((await again.append(contentOf('d'))).sequence).toBe(2);
  });
});

describe('the file journal after a crash', () => {
  async function written(records: number): Promise<string> {
    const file = await temporaryFile();
    const journal = await openFileJournal({ identity: contractIdentity, file });
    for (let index = 0; index < records; index += 1) await journal.append(contentOf(`${index}`));
    await journal.close();
    return file;
  }

  it('cuts a torn last line off, keeps a copy of it, and goes on', async () => {
    const file = await written(3);
    await appendFile(file, '0123456789abcdef {"format":1,"sto');
    const journal = await openFileJournal({ identity: contractIdentity, file });
    expect(journal.head().sequence).toBe(3);
    await journal.append(contentOf('after'));
    await journal.close();
    const again = await openFileJournal({ identity: contractIdentity, file });
    expect(again.head().sequence).toBe(4);
    await again.close();
    expect((await readdir(join(file, '..'))).some((name) => name.includes('torn-at'))).toBe(true);
  });

  it('opens after a cut at every byte of the last record', async () => {
    const file = await written(2);
    const whole = await readFile(file);
    const start = whole.indexOf(10) + 1;
    for (let cut = start; cut < whole.length; cut += 7) {
      await writeFile(file, whole.subarray(0, cut));
      const journal = await openFileJournal({ identity: contractIdentity, file });
      expect(journal.head().sequence).toBe(1);
      await journal.close();
    }
  });

  it('refuses a journal that is broken in its middle', async () => {
    const file = await written(3);
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('"reservationId":"1"', '"reservationId":"9"'));
    await expect(openFileJournal({ identity: contractIdentity, file })).rejects.toMatchObject({
      code: 'broken-chain',
    });
    expect(await readFile(file, 'utf8')).toContain('"reservationId":"9"');
  });

  it('refuses a last record that was changed, as that is no crash', async () => {
    const file = await written(3);
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('"reservationId":"2"', '"reservationId":"9"'));
    await expect(openFileJournal({ identity: contractIdentity, file })).rejects.toMatchObject({
      code: 'broken-chain',
    });
  });

  it("refuses another till's journal", async () => {
    const file = await written(1);
    await expect(openFileJournal({ identity: anotherTill(), file })).rejects.toMatchObject({
      code: 'broken-chain',
    });
  });
});

describe('the PouchDB journal', () => {
  it('refuses to open where writes are not strict', async () => {
    const watch = { last: () => 'relaxed', notStrict: () => 1 };
    const opening = openPouchJournal({ identity: anotherTill(), scheduler: atOnce, watch });
    await expect(opening).rejects.toMatchObject({ code: 'not-strict' });
  });

  it('verifies what lies before the tail in idle time', async () => {
    const identity = anotherTill();
    const journal = await openPouchJournal({ identity, scheduler: atOnce });
    for (let index = 0; index < 520; index += 1) await journal.append(contentOf(`${index}`));
    await journal.close();
    const again = await openPouchJournal({ identity, scheduler: atOnce });
    await again.wholeChainVerified;
    expect(again.failure()).toBeNull();
    expect(again.head().sequence).toBe(520);
    await again.close();
  });

  it('keeps the lives of a till apart', async () => {
    const identity = anotherTill();
    const first = await openPouchJournal({ identity, scheduler: atOnce });
    await first.append(contentOf('a'));
    await first.close();
    const second = await openPouchJournal({ identity: { ...identity, life: 2 }, scheduler: atOnce });
    expect(second.head().sequence).toBe(0);
    await second.close();
  });
});
