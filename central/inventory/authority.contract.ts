import { derivedUuid } from '@gondola/shared/domain/ids.ts';
import { type JournalHead, type RecordContent, sealRecord } from '@gondola/shared/domain/journal-record.ts';
import { GENESIS_HASH, type OperationBody } from '@gondola/shared/schemas/operations.ts';
import { expect, it } from 'vitest';
import { batchSettings } from '../testing/batch-settings.ts';
import { Authority } from './authority.ts';
import type { Ledger } from './ports.ts';
import type { SubmissionOutcome } from './submission.ts';
import { sweepOverdue } from './sweep.ts';

export interface LedgerUnderTest {
  readonly ledger: Ledger;
  /** Moves the authority's clock past every hold made with `HOLD_MS`. */
  passHolds(): Promise<void>;
}

export const HOLD_MS = 40;
const quiet = { batchDecided() {}, batchFailed() {}, refused() {} };

/** A till that seals its own records, for tests of the authority. */
export class TestTill {
  readonly identity: { readonly storeId: string; readonly tillId: string; readonly life: number };
  readonly records: string[] = [];
  head: JournalHead = { sequence: 0, hash: GENESIS_HASH };

  constructor(name: string, storeId: string) {
    this.identity = { storeId, tillId: derivedUuid(name), life: 1 };
  }

  write(
    body: { readonly type: string; readonly [member: string]: unknown },
    content: Partial<RecordContent> = {},
  ): string {
    const record = sealRecord(this.identity, this.head, {
      recordedAt: '2026-01-01T10:00:00.000Z',
      label: ['reserve', 'commit', 'release'].includes(body.type) ? 'PROVISIONAL' : 'RECORDED',
      seen: null,
      body,
      ...content,
    });
    this.head = { sequence: record.sequence, hash: record.hash };
    this.records.push(record.raw);
    return record.raw;
  }
}

export function sell(sku: string, quantity: number, reservationId?: string): OperationBody {
  const line = {
    sku,
    quantity,
    unitPriceMinor: 100,
    ...(reservationId === undefined ? {} : { reservationId }),
  };
  return {
    type: 'sell',
    basketId: derivedUuid('basket'),
    lines: [line],
    totalMinor: quantity * 100,
  } as unknown as OperationBody;
}

/** What every ledger must do under the authority: the same suite for the fake and for Postgres. */
export function authorityContract(open: () => Promise<LedgerUnderTest>): void {
  async function start() {
    const under = await open();
    const authority = new Authority(under.ledger, batchSettings({ reservationTimeoutMs: HOLD_MS }), quiet, {
      monotonicMs: () => 0,
    });
    const storeId = derivedUuid('store');
    const push = async (
      till: TestTill,
      first = 1,
      records: readonly string[] = till.records.slice(first - 1),
    ) =>
      outcome(
        await authority.submit({ kind: 'journal', identity: till.identity, firstSequence: first, records }),
      );
    const single = async (id: string, body: object, contentHash = 'a'.repeat(64)) =>
      outcome(
        await authority.submit({
          kind: 'single',
          operation: {
            operationId: `api:key:${id}`,
            contentHash,
            storeId,
            origin: { kind: 'api', apiKeyId: 'key' },
            raw: '{}',
            readable: true,
            label: null,
            recordedAt: null,
            seen: null,
            body: body as OperationBody,
          },
        }),
      );
    const stock = (sku: string, quantity: number) =>
      single(`stock-${sku}`, { type: 'receive', lines: [{ sku, quantity }] });
    const poolOf = (sku: string) =>
      under.ledger.transaction(
        'exclusive',
        async (tx) => (await tx.readPools([{ storeId, sku }])).get(`${storeId}/${sku}`)?.pool,
      );
    const verdictOf = (id: string) =>
      under.ledger.transaction('exclusive', async (tx) => (await tx.findVerdicts([id])).get(id)?.row);
    return { ...under, authority, storeId, push, single, stock, poolOf, verdictOf };
  }

  it('decides a journal in order and answers a repeat quietly', async () => {
    const { push, stock, storeId, poolOf } = await start();
    await stock('tea', 5);
    const till = new TestTill('till', storeId);
    till.write(sell('tea', 2));
    till.write(sell('tea', 1));
    expect(await push(till)).toMatchObject({ acknowledged: till.head, refusal: null });
    expect(await push(till)).toMatchObject({ acknowledged: till.head, refusal: null });
    expect(await poolOf('tea')).toEqual({ free: 2, held: 0, allotted: 0, inDoubt: 0, deficit: 0 });
  });

  it('refuses other content under a decided id, without any effect', async () => {
    const { push, stock, storeId, poolOf } = await start();
    await stock('tea', 5);
    const till = new TestTill('till', storeId);
    till.write(sell('tea', 2));
    await push(till);
    const forged = new TestTill('till', storeId);
    forged.write(sell('tea', 3));
    expect(await push(forged)).toMatchObject({ refusal: 'operation-id-reuse' });
    expect(await poolOf('tea')).toMatchObject({ free: 3 });
  });

  it('refuses a gap and a broken chain, and keeps what came before', async () => {
    const { push, storeId } = await start();
    const till = new TestTill('till', storeId);
    till.write(sell('tea', 1));
    expect(await push(till, 2, ['{}'])).toMatchObject({
      refusal: 'sequence-gap',
      acknowledged: { sequence: 0 },
    });
    const first = till.head;
    till.head = { sequence: 1, hash: 'f'.repeat(64) };
    till.write(sell('tea', 1));
    expect(await push(till)).toMatchObject({ refusal: 'life-forked', acknowledged: first });
  });

  it('quarantines what it cannot read and goes on', async () => {
    const { push, storeId, verdictOf, poolOf, stock } = await start();
    await stock('tea', 5);
    const till = new TestTill('till', storeId);
    till.write({ type: 'dance' });
    till.write(sell('tea', 1));
    expect(await push(till)).toMatchObject({ acknowledged: till.head, refusal: null });
    expect(await verdictOf(`till:${till.identity.tillId}:1:1`)).toMatchObject({
      verdict: 'QUARANTINED',
      reason: 'body-invalid',
    });
    expect(await poolOf('tea')).toMatchObject({ free: 4 });
    expect(await push(till, 3, ['no json\u0000 \ud800'])).toMatchObject({ acknowledged: { sequence: 3 } });
  });

  it('keeps a record of the year 0, which Postgres cannot write, from blocking the till for ever', async () => {
    const { push, storeId, verdictOf } = await start();
    const till = new TestTill('till', storeId);
    till.write(sell('tea', 1), { recordedAt: '0000-01-01T10:00:00.000Z' });
    till.write(sell('tea', 1));
    expect(await push(till)).toMatchObject({ acknowledged: till.head, refusal: null });
    expect(await verdictOf(`till:${till.identity.tillId}:1:1`)).toMatchObject({
      verdict: 'QUARANTINED',
      reason: 'envelope-invalid',
    });
  });

  it('records every sale; what the book lacked becomes a deficit that goods repay first', async () => {
    const { push, storeId, poolOf, stock, verdictOf } = await start();
    await stock('tea', 1);
    const till = new TestTill('till', storeId);
    till.write(sell('tea', 3));
    await push(till);
    expect(await poolOf('tea')).toMatchObject({ free: 0, deficit: 2 });
    expect(await verdictOf(`till:${till.identity.tillId}:1:1`)).toMatchObject({
      verdict: 'RECORDED',
      excess: [{ sku: 'tea', quantity: 2 }],
    });
    till.write({ type: 'receive', lines: [{ sku: 'tea', quantity: 5 }] });
    await push(till, 2);
    expect(await poolOf('tea')).toMatchObject({ free: 3, deficit: 0 });
  });

  it('never promises more than is free, in one batch or in many', async () => {
    const { single, stock, poolOf } = await start();
    await stock('tea', 3);
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        single(`r${index}`, {
          type: 'reserve',
          reservationId: derivedUuid(`r${index}`),
          sku: 'tea',
          quantity: 1,
        }),
      ),
    );
    const verdicts = answers.map((answer) =>
      answer.kind === 'decided' ? answer.verdict.verdict : answer.kind,
    );
    expect(verdicts.filter((verdict) => verdict === 'ACCEPTED')).toHaveLength(3);
    expect(await poolOf('tea')).toMatchObject({ free: 0, held: 3 });
  });

  it('gives the same verdict to a repeated request, and refuses another body under its id', async () => {
    const { single, stock } = await start();
    await stock('tea', 1);
    const body = { type: 'reserve', reservationId: derivedUuid('r'), sku: 'tea', quantity: 1 };
    const first = await single('one', body);
    expect(first).toMatchObject({ kind: 'decided', repeated: false, verdict: { verdict: 'ACCEPTED' } });
    const again = await single('one', body);
    expect(again).toMatchObject({ repeated: true });
    if (first.kind === 'decided' && again.kind === 'decided') expect(again.verdict).toEqual(first.verdict);
    expect(await single('one', body, 'b'.repeat(64))).toEqual({ kind: 'reused-id' });
  });

  it('ends each hold once: by commit, by release, by sale or by time', async () => {
    const { single, stock, poolOf } = await start();
    await stock('tea', 10);
    const reserve = (id: string) =>
      single(id, { type: 'reserve', reservationId: derivedUuid(id), sku: 'tea', quantity: 2 });
    await reserve('a');
    expect(await single('a-commit', { type: 'commit', reservationId: derivedUuid('a') })).toMatchObject({
      verdict: { verdict: 'ACCEPTED' },
    });
    expect(await single('a-again', { type: 'commit', reservationId: derivedUuid('a') })).toMatchObject({
      verdict: { verdict: 'REJECTED', reason: 'reservation-already-committed' },
    });
    await reserve('b');
    await single('b-release', { type: 'release', reservationId: derivedUuid('b') });
    expect(await single('b-commit', { type: 'commit', reservationId: derivedUuid('b') })).toMatchObject({
      verdict: { verdict: 'REJECTED', reason: 'reservation-already-released' },
    });
    await reserve('c');
    await single('c-sale', sell('tea', 1, derivedUuid('c')));
    expect(await poolOf('tea')).toMatchObject({ free: 7, held: 0 });
  });

  it('returns the units of a lapsed hold, by the sweeper and at the next decision', async () => {
    const { single, stock, poolOf, passHolds, ledger, authority } = await start();
    await stock('tea', 2);
    await single('a', { type: 'reserve', reservationId: derivedUuid('a'), sku: 'tea', quantity: 2 });
    await passHolds();
    expect(await ledger.findReservation(derivedUuid('a'))).toMatchObject({ state: 'EXPIRED' });
    expect(await sweepOverdue(ledger, authority)).toBe(1);
    expect(await sweepOverdue(ledger, authority)).toBe(0);
    expect(await poolOf('tea')).toMatchObject({ free: 2, held: 0 });
    await single('b', { type: 'reserve', reservationId: derivedUuid('b'), sku: 'tea', quantity: 2 });
    await passHolds();
    expect(
      await single('c', { type: 'reserve', reservationId: derivedUuid('c'), sku: 'tea', quantity: 2 }),
    ).toMatchObject({
      verdict: { verdict: 'ACCEPTED' },
    });
    expect(await single('b-commit', { type: 'commit', reservationId: derivedUuid('b') })).toMatchObject({
      verdict: { verdict: 'REJECTED', reason: 'reservation-expired' },
    });
  });

  it('applies a count at its cut: later operations and the till’s own earlier ones are not counted twice', async () => {
    const { push, stock, storeId, poolOf, ledger } = await start();
    await stock('tea', 10);
    const { logId, position } = await ledger.head();
    const counter = new TestTill('counter', storeId);
    counter.write(sell('tea', 1));
    const other = new TestTill('other', storeId);
    other.write(sell('tea', 2), { recordedAt: '2026-01-01T12:00:00.000Z' });
    await push(other);
    // The shelf held 8 when counted: 10 booked, 1 sold by this till before, and 1 missing.
    counter.write(
      { type: 'count', sku: 'tea', quantity: 8, checkpoint: { logId, position } },
      { recordedAt: '2026-01-01T11:00:00.000Z' },
    );
    await push(counter);
    expect(await poolOf('tea')).toMatchObject({ free: 6, deficit: 0 });
  });
}

function outcome(
  result: { ok: true; value: SubmissionOutcome } | { ok: false; error: string },
): SubmissionOutcome {
  if (!result.ok) throw new Error(`the authority answered ${result.error}`);
  return result.value;
}
