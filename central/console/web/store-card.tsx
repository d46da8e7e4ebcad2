import { Portal } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Age } from './ages.tsx';
import type { StoreView } from './answers.ts';
import { useFormats } from './console-context.ts';
import { StoreStateMark } from './state-mark.tsx';
import type { StoreState } from './store-state.ts';
import { testIds } from './test-ids.ts';

const CARD_WIDTH = 260;
const CARD_HEIGHT = 200;
const GAP = 6;

interface StoreCardProps {
  readonly store: StoreView;
  readonly state: StoreState;
  /** Where its tile is. */
  readonly place: DOMRect;
}

/** What a tile means, beside it; never under the pointer. */
export function StoreCard({ store, state, place }: StoreCardProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { tills, tillsOnline, waiting, oldestWaitingAt, lastContactAt, conflictsOpen, poolsInDeficit } =
    store;
  const below = place.bottom + GAP + CARD_HEIGHT < globalThis.innerHeight;
  const left = Math.max(GAP, Math.min(place.left, globalThis.innerWidth - CARD_WIDTH - GAP));
  const where = below ? { top: place.bottom + GAP } : { bottom: globalThis.innerHeight - place.top + GAP };
  return (
    <Portal>
      <div
        className="store-card"
        role="tooltip"
        style={{ left, width: CARD_WIDTH, ...where }}
        data-testid={testIds.tileCard}
      >
        <p className="store-card-head">
          <strong>{store.name}</strong>
          <StoreStateMark state={state} />
        </p>
        <dl className="pairs">
          <dt>{t('store.tills')}</dt>
          <dd className="tabular">{t('store.tillsOf', { online: tillsOnline, count: tills })}</dd>
          <dt>{t('store.waiting')}</dt>
          <dd className="tabular">{formats.count(waiting)}</dd>
          <dt>{t('store.oldest')}</dt>
          <dd>
            <Age at={oldestWaitingAt} />
          </dd>
          <dt>{t('store.lastContact')}</dt>
          <dd>
            <Age at={lastContactAt} never={t('store.never')} />
          </dd>
          <dt>{t('store.conflicts')}</dt>
          <dd className="tabular">{formats.count(conflictsOpen)}</dd>
          <dt>{t('store.deficits')}</dt>
          <dd className="tabular">{formats.count(poolsInDeficit)}</dd>
        </dl>
      </div>
    </Portal>
  );
}
