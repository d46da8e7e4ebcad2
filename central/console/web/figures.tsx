import { VERDICTS } from '@gondola/shared/domain/labels.ts';
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCloudOff,
  IconHourglass,
  IconScaleOutline,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Age } from './ages.tsx';
import type { Overview } from './answers.ts';
import { useFormats } from './console-context.ts';
import { Link } from './link.tsx';
import { CONFLICTS_FIRST, RESERVATIONS_FIRST, type Route } from './routes.ts';
import type { Tone } from './store-state.ts';
import { testIds } from './test-ids.ts';

/** The chain in six figures and the verdicts. */
export function Figures({ overview }: { readonly overview: Overview }) {
  const { t } = useTranslation();
  const { tills, tillsOnline, waiting, oldestWaitingAt, conflictsOpen, poolsInDeficit } = overview;
  const allOnline = tills === tillsOnline;
  return (
    <dl className="figures">
      <Figure
        name="tills-online"
        label={t('figures.tillsOnline')}
        value={tillsOnline}
        tone={tills === 0 ? 'info' : allOnline ? 'good' : 'careful'}
        Icon={IconCloudOff}
        note={tills === 0 ? t('figures.tillsNone') : t('figures.tillsOf', { count: tills })}
        to={{ page: 'stores' }}
      />
      <Figure
        name="waiting"
        label={t('figures.waiting')}
        value={waiting}
        tone={waiting === 0 ? 'good' : 'careful'}
        Icon={IconHourglass}
        note={waiting === 0 ? t('figures.nothingWaits') : <Oldest at={oldestWaitingAt} />}
      />
      <Figure
        name="conflicts-open"
        label={t('figures.conflicts')}
        value={conflictsOpen}
        tone={conflictsOpen === 0 ? 'good' : 'bad'}
        note={t(conflictsOpen === 0 ? 'figures.conflictsNone' : 'figures.conflictsSome')}
        to={{ page: 'conflicts', storeId: null, state: CONFLICTS_FIRST }}
      />
      <Figure
        name="pools-in-deficit"
        label={t('figures.deficits')}
        value={poolsInDeficit}
        tone={poolsInDeficit === 0 ? 'good' : 'bad'}
        Icon={IconScaleOutline}
        note={t(poolsInDeficit === 0 ? 'figures.deficitsNone' : 'figures.deficitsSome')}
        to={{ page: 'stock', text: '', storeId: null }}
      />
      <Figure
        name="reservations-held"
        label={t('figures.holds')}
        value={overview.reservationsHeld}
        note={t('figures.holdsUnits')}
        to={{ page: 'reservations', storeId: null, state: RESERVATIONS_FIRST }}
      />
      <Figure
        name="position"
        label={t('figures.position')}
        value={overview.position}
        note={t('figures.positionHint')}
        to={{ page: 'events', storeId: null, sku: null, type: null }}
      />
      <Verdicts verdicts={overview.verdicts} />
    </dl>
  );
}

function Oldest({ at }: { readonly at: string | null }) {
  const { t } = useTranslation();
  return (
    <>
      {t('figures.oldest')} <Age at={at} />
    </>
  );
}

interface FigureProps {
  readonly name: string;
  readonly label: string;
  readonly value: number;
  readonly note: ReactNode;
  readonly tone?: Tone;
  /** Stands before the figure where it is not good. */
  readonly Icon?: typeof IconAlertTriangle;
  readonly to?: Route;
}

function Figure({ name, label, value, note, tone = 'info', Icon = IconAlertTriangle, to }: FigureProps) {
  const formats = useFormats();
  const Mark = tone === 'good' ? IconCircleCheck : Icon;
  const figure = formats.count(value);
  return (
    <div className="figure" data-testid={testIds.figure} data-figure={name} data-value={value}>
      <dt>{label}</dt>
      <dd className={`figure-value tabular tone-text-${tone}`}>
        {tone !== 'info' && <Mark size={20} aria-hidden="true" />}
        {to === undefined ? figure : <Link to={to}>{figure}</Link>}
      </dd>
      <dd className="figure-note">{note}</dd>
    </div>
  );
}

function Verdicts({ verdicts }: { readonly verdicts: Overview['verdicts'] }) {
  const { t } = useTranslation();
  const formats = useFormats();
  return (
    <div className="figure figure-verdicts">
      <dt>{t('figures.verdicts')}</dt>
      <dd>
        <ul className="verdicts">
          {VERDICTS.map((verdict) => (
            <li key={verdict} data-testid={testIds.figure} data-figure={`verdict-${verdict}`}>
              <span className="dimmed">{t(`verdict.${verdict}`)}</span>
              <span className="tabular strong">{formats.count(verdicts[verdict] ?? 0)}</span>
            </li>
          ))}
        </ul>
      </dd>
    </div>
  );
}
