import type { JournalIdentity, RecordContent } from '@gondola/shared/domain/journal-record.ts';
import { JOURNAL_RECORD_MAX_BYTES } from '@gondola/shared/lib/limits.ts';
import { describe, expect, it } from 'vitest';
import type { Journal } from '../checkout/ports.ts';
import { checkLink, EMPTY_HEAD } from './entry.ts';

export const contractIdentity: JournalIdentity = {
  storeId: '5e1f0c9a-6a01-4f43-9a3b-0d6f7d1f1a01',
  tillId: '5e1f0c9a-6a01-4f43-9a3b-0d6f7d1f1a02',
  life: 1,
};

/** A medium that outlives the journals opened on it. */
export interface JournalMedium {
  open(identity?: JournalIdentity): Promise<Journal>;
}

/** Content that differs by `mark`. */
export function contentOf(mark: string): RecordContent {
  return {
    recordedAt: '2017-01-01T12:00:00.000Z',
    label: 'PROVISIONAL',
    seen: null,
    body: { type: 'release', reservationId: mark } as RecordContent['body'],
  };
}

/** What every journal must do, whatever it is made of. */
export function describeJournal(name: string, createMedium: () => Promise<JournalMedium>): void {
  describe(`${name} keeps the contract of a journal`, () => {
    it('starts empty, at the genesis hash', async () => {
      const journal = await (await createMedium()).open();
      expect(journal.head()).toEqual(EMPTY_HEAD);
      expect(await journal.read(1, 10)).toEqual([]);
      await journal.close();
    });

    it('chains concurrent appends densely, in the order they were asked for', async () => {
      const journal = await (await createMedium()).open();
      const sealed = await Promise.all(
        ['a', 'b', 'c', 'd', 'e'].map((mark) => journal.append(contentOf(mark))),
      );
      expect(sealed.map((record) => record.sequence)).toEqual([1, 2, 3, 4, 5]);
      let head = EMPTY_HEAD;
      for (const record of await journal.read(1, 10)) head = checkLink(contractIdentity, head, record);
      expect(head).toEqual(journal.head());
      expect(head.sequence).toBe(5);
      await journal.close();
    });

    it('reads a range, as it was sealed', async () => {
      const journal = await (await createMedium()).open();
      const sealed = [];
      for (let index = 0; index < 7; index += 1) sealed.push(await journal.append(contentOf(`ção ${index}`)));
      expect(await journal.read(3, 2)).toEqual(sealed.slice(2, 4));
      expect(await journal.read(6, 100)).toEqual(sealed.slice(5));
      expect(await journal.read(8, 100)).toEqual([]);
      await journal.close();
    });

    it('is found again as it was left, and goes on from there', async () => {
      const medium = await createMedium();
      const first = await medium.open();
      await first.append(contentOf('a'));
      const second = await first.append(contentOf('b'));
      await first.close();
      const journal = await medium.open();
      expect(journal.head()).toEqual({ sequence: 2, hash: second.hash });
      const third = await journal.append(contentOf('c'));
      expect(JSON.parse(third.raw).previousHash).toBe(second.hash);
      expect((await journal.read(1, 10)).length).toBe(3);
      await journal.close();
    });

    it('refuses an operation that no push could carry, and goes on', async () => {
      const journal = await (await createMedium()).open();
      const huge = contentOf('x'.repeat(JOURNAL_RECORD_MAX_BYTES));
      await expect(journal.append(huge)).rejects.toMatchObject({ code: 'too-large' });
      expect((await journal.append(contentOf('small'))).sequence).toBe(1);
      await journal.close();
    });

    it('refuses appends after it was closed', async () => {
      const journal = await (await createMedium()).open();
      await journal.append(contentOf('a'));
      await journal.close();
      await expect(journal.append(contentOf('b'))).rejects.toMatchObject({ code: 'closed' });
    });
  });
}
