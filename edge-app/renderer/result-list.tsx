import { Popover } from '@mantine/core';
import { IconHourglass } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProductRow } from '../till/till.ts';
import { useDesk } from './desk.ts';
import { HoldForm } from './hold-form.tsx';
import { ShelfStock } from './shelf-stock.tsx';
import { testIds } from './test-ids.ts';
import { useFormats } from './use-till.ts';

const ROW_HEIGHT = 68;

interface ResultListProps {
  readonly rows: readonly ProductRow[];
  readonly quantity: number;
}

/** Found articles: arrows choose, Enter adds, and only the rows in sight exist. */
export function ResultList({ rows, quantity }: ResultListProps) {
  const { t } = useTranslation();
  const desk = useDesk();
  const scroll = useRef<HTMLDivElement>(null);
  const [chosen, setChosen] = useState(0);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 4,
  });
  const active = Math.min(chosen, rows.length - 1);

  // biome-ignore lint/correctness/useExhaustiveDependencies: other rows, so the first is chosen again
  useEffect(() => {
    setChosen(0);
    scroll.current?.scrollTo({ top: 0 });
  }, [rows]);

  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
      if (step !== 0) {
        event.preventDefault();
        const next = Math.max(0, Math.min(rows.length - 1, active + step));
        setChosen(next);
        virtual.scrollToIndex(next);
        return;
      }
      const row = rows[active];
      const typing =
        event.target instanceof HTMLInputElement && event.target.dataset.testid === testIds.search;
      if (event.key === 'Enter' && typing && row !== undefined) {
        event.preventDefault();
        desk.add(row, quantity);
      }
    };
    globalThis.addEventListener('keydown', onKey);
    return () => globalThis.removeEventListener('keydown', onKey);
  }, [rows, active, quantity, desk, virtual]);

  return (
    <div className="scroll" ref={scroll}>
      <ul
        id="find-results"
        className="results"
        aria-label={t('find.results')}
        style={{ height: virtual.getTotalSize() }}
      >
        {virtual.getVirtualItems().map((item) => {
          const row = rows[item.index];
          if (row === undefined) return null;
          return (
            <li
              key={row.sku}
              className="result-place"
              style={{ height: ROW_HEIGHT, transform: `translateY(${item.start}px)` }}
            >
              <ResultRow row={row} quantity={quantity} chosen={item.index === active} />
            </li>
          );
        })}
      </ul>
    </div>
  );
}

interface ResultRowProps {
  readonly row: ProductRow;
  readonly quantity: number;
  readonly chosen: boolean;
}

function ResultRow({ row, quantity, chosen }: ResultRowProps) {
  const { t } = useTranslation();
  const desk = useDesk();
  const { money } = useFormats();
  const [holding, setHolding] = useState(false);
  const detail = [row.brand, row.packageSize, row.ean || row.sku].filter((part) => part !== '').join(' · ');
  return (
    <div
      className={chosen ? 'result result-chosen' : 'result'}
      data-testid={testIds.result}
      data-sku={row.sku}
    >
      <button
        type="button"
        className="result-main"
        aria-label={t('find.add', { name: row.name })}
        data-testid={testIds.resultAdd}
        onClick={() => desk.add(row, quantity)}
      >
        <span className="result-row">
          <span className="result-name">{row.name}</span>
          <span className="result-price tabular">
            {row.priceMinor === null ? t('find.noPrice') : money(row.priceMinor)}
          </span>
        </span>
        <span className="result-row">
          <span className="result-detail">{detail}</span>
          <ShelfStock sku={row.sku} />
        </span>
      </button>
      <Popover opened={holding} onChange={setHolding} position="bottom-end" trapFocus withArrow>
        <Popover.Target>
          <button
            type="button"
            className="result-hold"
            aria-label={t('find.holdItem', { name: row.name })}
            title={t('find.hold')}
            data-testid={testIds.resultHold}
            onClick={() => setHolding(!holding)}
          >
            <IconHourglass size={20} aria-hidden="true" />
          </button>
        </Popover.Target>
        <Popover.Dropdown>
          <HoldForm product={row} quantity={quantity} onDone={() => setHolding(false)} />
        </Popover.Dropdown>
      </Popover>
    </div>
  );
}
