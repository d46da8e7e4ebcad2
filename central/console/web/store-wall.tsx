import { Select } from '@mantine/core';
import { IconArrowsSort } from '@tabler/icons-react';
import { type KeyboardEvent, memo, useCallback, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { StoreView } from './answers.ts';
import { useFormats, useNow } from './console-context.ts';
import { Link } from './link.tsx';
import { STORE_ICONS } from './state-mark.tsx';
import { StoreCard } from './store-card.tsx';
import {
  countStates,
  STORE_ORDERS,
  STORE_STATES,
  STORE_TONES,
  type StoreOrder,
  type StoreState,
  sortStores,
  storeState,
} from './store-state.ts';
import { testIds } from './test-ids.ts';
import { nextTile } from './wall-keys.ts';

/** Ages change states slowly: the wall is looked over again this often, besides every new answer. */
const LOOK_EVERY_MS = 2_000;

/** One tile per store, by the worst of its states. */
export function StoreWall({ stores }: { readonly stores: readonly StoreView[] }) {
  const { t } = useTranslation();
  const now = useNow(LOOK_EVERY_MS);
  const [order, setOrder] = useState<StoreOrder>('number');
  const [only, setOnly] = useState<StoreState | null>(null);
  const counts = countStates(stores, now);
  const sorted = useMemo(() => sortStores(stores, order, now), [stores, order, now]);
  const shown = only === null ? sorted : sorted.filter((store) => storeState(store, now) === only);
  return (
    <div className="wall-part">
      <div className="wall-bar">
        <Legend counts={counts} only={only} onOnly={setOnly} />
        <Select
          aria-label={t('wall.order')}
          data={STORE_ORDERS.map((each) => ({ value: each, label: t(`wall.order-${each}`) }))}
          value={order}
          onChange={(value) => setOrder(STORE_ORDERS.find((each) => each === value) ?? 'number')}
          allowDeselect={false}
          leftSection={<IconArrowsSort size={16} aria-hidden="true" />}
          size="xs"
          w={160}
        />
      </div>
      <Tiles stores={shown} now={now} />
    </div>
  );
}

interface LegendProps {
  readonly counts: ReadonlyMap<StoreState, number>;
  readonly only: StoreState | null;
  readonly onOnly: (state: StoreState | null) => void;
}

/** What the colours mean, how many of each there are, and a filter. */
function Legend({ counts, only, onOnly }: LegendProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  return (
    <ul className="legend">
      {STORE_STATES.filter((state) => counts.has(state) || state === only).map((state) => {
        const Icon = STORE_ICONS[state];
        return (
          <li key={state}>
            <button
              type="button"
              className={`legend-key tone-${STORE_TONES[state]}`}
              aria-pressed={only === state}
              title={t('wall.filter', { state: t(`storeState.${state}`) })}
              data-testid={testIds.wallFilter}
              data-state={state}
              onClick={() => onOnly(only === state ? null : state)}
            >
              <Icon size={16} aria-hidden="true" />
              {t(`storeState.${state}`)}
              <span className="tabular strong">{formats.count(counts.get(state) ?? 0)}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}

interface Shown {
  readonly storeId: string;
  readonly place: DOMRect;
}

function Tiles({ stores, now }: { readonly stores: readonly StoreView[]; readonly now: number }) {
  const { t } = useTranslation();
  const wall = useRef<HTMLUListElement>(null);
  const [reached, setReached] = useState<string | null>(null);
  const [card, setCard] = useState<Shown | null>(null);
  const stop = stores.some((store) => store.storeId === reached) ? reached : (stores[0]?.storeId ?? null);
  const show = useCallback((storeId: string, tile: Element) => {
    setCard({ storeId, place: tile.getBoundingClientRect() });
  }, []);
  const focus = useCallback(
    (storeId: string, tile: Element) => {
      setReached(storeId);
      show(storeId, tile);
    },
    [show],
  );
  const hide = useCallback(() => setCard(null), []);

  function move(event: KeyboardEvent): void {
    if (event.key === 'Escape') hide();
    const tiles = [...(wall.current?.querySelectorAll('a') ?? [])];
    const next = nextTile(event.key, tiles.indexOf(event.target as HTMLAnchorElement), tiles);
    if (next === null) return;
    event.preventDefault();
    tiles[next]?.focus();
  }

  const shown = stores.find((store) => store.storeId === card?.storeId);
  return (
    <>
      <ul
        className="wall"
        ref={wall}
        aria-label={t('wall.hint')}
        data-testid={testIds.wall}
        onKeyDown={move}
        onPointerLeave={hide}
        onBlur={hide}
        onScroll={hide}
      >
        {stores.map((store) => (
          <Tile
            key={store.storeId}
            store={store}
            state={storeState(store, now)}
            stop={store.storeId === stop}
            onFocus={focus}
            onPoint={show}
          />
        ))}
      </ul>
      {card !== null && shown !== undefined && (
        <StoreCard store={shown} state={storeState(shown, now)} place={card.place} />
      )}
    </>
  );
}

interface TileProps {
  readonly store: StoreView;
  readonly state: StoreState;
  /** The one tile that Tab reaches; arrow keys go on from there. */
  readonly stop: boolean;
  readonly onFocus: (storeId: string, tile: Element) => void;
  readonly onPoint: (storeId: string, tile: Element) => void;
}

const Tile = memo(function Tile({ store, state, stop, onFocus, onPoint }: TileProps) {
  const { t } = useTranslation();
  const Icon = STORE_ICONS[state];
  const { storeId, number, name } = store;
  return (
    <li>
      <Link
        to={{ page: 'store', storeId }}
        className={`tile tile-${STORE_TONES[state]}`}
        tabIndex={stop ? 0 : -1}
        aria-label={`${name}: ${t(`storeState.${state}`)}`}
        data-testid={testIds.tile}
        data-store-id={storeId}
        data-number={number}
        data-state={state}
        onFocus={(event) => onFocus(storeId, event.currentTarget)}
        onPointerEnter={(event) => onPoint(storeId, event.currentTarget)}
      >
        <span className="tabular">{number}</span>
        <Icon size={14} aria-hidden="true" />
      </Link>
    </li>
  );
});
