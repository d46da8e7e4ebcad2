import { SCANNER_KEY_GAP_MAX_MS } from '@gondola/shared/lib/limits.ts';
import { IconArrowLeft } from '@tabler/icons-react';
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { flushSync } from 'react-dom';
import { useTranslation } from 'react-i18next';
import type { ProductRow } from '../till/till.ts';
import { CatalogueLoad } from './catalogue-load.tsx';
import { useDesk } from './desk.ts';
import { Empty } from './empty.tsx';
import { ResultList } from './result-list.tsx';
import { splitMultiplier } from './scanner.ts';
import { testIds } from './test-ids.ts';
import { useFormats, useLoaded, useTill, useTillStatus } from './use-till.ts';

const RESULTS_MAX = 200;
const FAVOURITES_MAX = 9;
const CATEGORIES_MAX = 60;

/** Results while something is typed; favourites and categories while nothing is. */
export function FinderPanel() {
  const text = useSettled(useDesk().text);
  const [category, setCategory] = useState<string | null>(null);
  if (splitMultiplier(text).rest.trim() !== '') return <SearchResults text={text} />;
  if (category !== null) return <CategoryResults name={category} onBack={() => setCategory(null)} />;
  return <Tiles onCategory={setCategory} />;
}

/**
 * What is typed, when the keys rest: a scanner's keys must not wait for searches that nobody will read. Enter does not
 * wait for the rest: what it chooses must be found by all that is typed, not by all but the last key.
 */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const settle = (): void => setSettled(text);
    const timer = setTimeout(settle, text === '' ? 0 : SCANNER_KEY_GAP_MAX_MS);
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Enter') flushSync(settle);
    };
    // On the way down, so that the list has the new rows when the key comes back up to it.
    globalThis.addEventListener('keydown', onKey, { capture: true });
    return () => {
      clearTimeout(timer);
      globalThis.removeEventListener('keydown', onKey, { capture: true });
    };
  }, [text]);
  return settled;
}

function SearchResults({ text }: { readonly text: string }) {
  const till = useTill();
  const { searchable } = useTillStatus();
  const { quantity, rest } = splitMultiplier(text);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the index grows while the catalogue loads
  const rows = useMemo(() => till.search(rest, RESULTS_MAX), [till, rest, searchable]);
  if (rows.length === 0) return <NothingFound text={rest} quantity={quantity} />;
  return <ResultList rows={rows} quantity={quantity} />;
}

/** The search may not have read the whole catalogue yet, so Enter asks the catalogue itself for the code. */
function NothingFound({ text, quantity }: { readonly text: string; readonly quantity: number }) {
  const { t } = useTranslation();
  const desk = useDesk();
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'Enter' || !/^\d+$/.test(text.trim())) return;
      event.preventDefault();
      void desk.addCode(text.trim(), quantity);
    };
    globalThis.addEventListener('keydown', onKey);
    return () => globalThis.removeEventListener('keydown', onKey);
  }, [desk, text, quantity]);
  return <Empty title={t('find.none', { text })} hint={t('find.noneHint')} />;
}

function CategoryResults({ name, onBack }: { readonly name: string; readonly onBack: () => void }) {
  const { t } = useTranslation();
  const till = useTill();
  const rows = useMemo(() => till.inCategory(name, RESULTS_MAX), [till, name]);
  return (
    <>
      <div className="part-head">
        <button type="button" className="link-button" onClick={onBack}>
          <IconArrowLeft size={20} aria-hidden="true" /> {t('find.backToCategories')}
        </button>
        <strong>{name}</strong>
      </div>
      <ResultList rows={rows} quantity={1} />
    </>
  );
}

function Tiles({ onCategory }: { readonly onCategory: (name: string) => void }) {
  const { t } = useTranslation();
  const till = useTill();
  const formats = useFormats();
  const desk = useDesk();
  const { searchable, catalogueSize, revision, sync } = useTillStatus();
  // Tiles that change places while the catalogue loads would move under the finger.
  const whole = sync.catalogueProgress === null && searchable >= catalogueSize;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the index grows while the catalogue loads
  const categories = useMemo(() => till.categories().slice(0, CATEGORIES_MAX), [till, searchable]);
  const none: readonly ProductRow[] = [];
  const favourites = useLoaded(() => till.favourites(FAVOURITES_MAX), none, [till, revision]);
  const { quantity } = splitMultiplier(desk.text);
  return (
    <div className="scroll">
      <CatalogueLoad />
      {favourites.length > 0 && (
        <TileGroup title={t('find.favourites')}>
          {favourites.map((product) => (
            <button
              key={product.sku}
              type="button"
              className="tile tile-product"
              data-testid={testIds.tile}
              data-sku={product.sku}
              onClick={() => desk.add(product, quantity)}
            >
              <span className="tile-name">{product.name}</span>
              <span className="tile-foot tabular">{formats.money(product.priceMinor ?? 0)}</span>
            </button>
          ))}
        </TileGroup>
      )}
      {whole && categories.length > 0 && (
        <TileGroup title={t('find.categories')}>
          {categories.map(({ name, count }) => (
            <button key={name} type="button" className="tile" onClick={() => onCategory(name)}>
              <span className="tile-name">{name}</span>
              <span className="tile-foot tabular">{formats.count(count)}</span>
            </button>
          ))}
        </TileGroup>
      )}
    </div>
  );
}

function TileGroup({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="tile-group">
      <h2 className="part-title">{title}</h2>
      <div className="tiles">{children}</div>
    </section>
  );
}
