import {
  problemOfTender,
  type Settlement,
  settleTenders,
  type Tender,
} from '@gondola/shared/domain/tender.ts';
import { IDENTIFIER_MAX_CHARACTERS } from '@gondola/shared/lib/limits.ts';
import { useCallback, useState } from 'react';
import { basketAmounts } from '../till/till.ts';
import { useDesk } from './desk.ts';
import { useBasket, useTill } from './use-till.ts';

/** What is being typed: the next tender. An amount of 0 means all that is left. */
export interface TenderEntry {
  readonly kind: Tender['kind'];
  readonly amountMinor: number;
  readonly reference: string;
  readonly lastFour: string;
}

const UNTOUCHED: TenderEntry = { kind: 'cash', amountMinor: 0, reference: '', lastFour: '' };

export interface TenderDesk {
  readonly entry: TenderEntry;
  readonly taken: readonly Tender[];
  readonly totalMinor: number;
  /** What the kind that is being typed would have to pay; of cash in whole coins. */
  readonly restMinor: number;
  /** The tenders so far and the one being typed, against the total. */
  readonly preview: Settlement;
  /** Whether the sale is paid when this tender is taken. */
  readonly covers: boolean;
  readonly writing: boolean;
  edit(change: Partial<TenderEntry>): void;
  remove(tender: Tender): void;
  submit(): void;
}

/** Takes tenders one after another until they cover the basket, then sells it. */
export function useTender(): TenderDesk {
  const till = useTill();
  const desk = useDesk();
  const { totalMinor } = basketAmounts(useBasket());
  const [entry, setEntry] = useState(UNTOUCHED);
  const [writing, setWriting] = useState(false);
  const { tenders: taken } = desk;
  const { cashRoundingMinor } = till.rules;

  const settled = (amountMinor: number): Settlement =>
    settleTenders(totalMinor, [...taken, tenderOf(entry, amountMinor)], cashRoundingMinor);
  const restMinor = settled(0).missingMinor;
  const enteredMinor = entry.amountMinor === 0 ? restMinor : entry.amountMinor;
  const whole = settled(enteredMinor);

  async function pay(tenders: readonly Tender[]): Promise<void> {
    setWriting(true);
    const outcome = await till.pay(tenders);
    setWriting(false);
    if (outcome.ok) desk.finish(outcome.value);
    else desk.refuse(outcome.error);
  }

  function submit(): void {
    if (writing) return;
    const tender = tenderOf(entry, enteredMinor);
    const problem = problemOfTender(tender, IDENTIFIER_MAX_CHARACTERS);
    if (problem !== null) desk.refuse({ kind: problem });
    else if (whole.overMinor > 0) desk.refuse({ kind: 'tender-too-large', overMinor: whole.overMinor });
    else if (whole.missingMinor === 0) void pay([...taken, tender]);
    else {
      desk.takeTenders([...taken, tender]);
      desk.notify(null);
      setEntry(UNTOUCHED);
    }
  }

  return {
    ...{ entry, taken, totalMinor, restMinor, writing, submit },
    preview: settled(entry.amountMinor),
    covers: whole.missingMinor === 0,
    edit: useCallback((change) => setEntry((before) => ({ ...before, ...change })), []),
    remove: (tender) => desk.takeTenders(taken.filter((one) => one !== tender)),
  };
}

function tenderOf({ kind, reference, lastFour }: TenderEntry, amountMinor: number): Tender {
  switch (kind) {
    case 'cash':
      return { kind, amountMinor };
    case 'card':
      return { kind, amountMinor, reference, lastFour };
    case 'pix':
    case 'voucher':
      return { kind, amountMinor, reference };
  }
}
