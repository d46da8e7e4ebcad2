import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ActDone } from './act-problem.tsx';
import { Age } from './ages.tsx';
import type { StoreTillView } from './answers.ts';
import { CloseAllotmentsForm } from './close-allotments-form.tsx';
import { useFormats } from './console-context.ts';
import { Empty } from './empty.tsx';
import { TillStateMark } from './state-mark.tsx';
import { testIds } from './test-ids.ts';

/** A clock this far off still gives right receipts; the measure itself has the journey of one message in it. */
const CLOCK_RIGHT_MS = 2_000;
const CLOCK_CAREFUL_MS = 60_000;

/** The tills of a store as they are heard now. */
export function TillTable({ tills }: { readonly tills: readonly StoreTillView[] }) {
  const { t } = useTranslation();
  if (tills.length === 0) return <Empty title={t('till.none')} hint={t('till.noneHint')} />;
  return (
    <div className="table-scroll">
      <table className="table table-free" aria-label={t('till.title')}>
        <thead>
          <tr>
            <th scope="col">{t('till.name')}</th>
            <th scope="col">{t('till.state')}</th>
            <th scope="col" className="numeric">
              {t('till.waiting')}
            </th>
            <th scope="col">{t('till.oldest')}</th>
            <th scope="col">{t('till.lastContact')}</th>
            <th scope="col" className="numeric">
              {t('till.holds')}
            </th>
            <th scope="col">{t('till.clock')}</th>
            <th scope="col" className="numeric">
              {t('till.life')}
            </th>
          </tr>
        </thead>
        <tbody>
          {tills.map((till) => (
            <TillRow key={till.tillId} till={till} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function TillRow({ till }: { readonly till: StoreTillView }) {
  const { t } = useTranslation();
  const formats = useFormats();
  return (
    <tr className="row" data-testid={testIds.tillRow} data-till-id={till.tillId} data-online={till.online}>
      <td className="strong">{till.name}</td>
      <td>
        <TillStateMark online={till.online} />
      </td>
      <td className="numeric tabular">{formats.count(till.waiting)}</td>
      <td>
        <Age at={till.oldestWaitingAt} bare />
      </td>
      <td>
        <Age at={till.lastContactAt} never={t('store.never')} />
      </td>
      <td className="numeric tabular cell-with-act">
        <Holds till={till} />
        <AskBack till={till} />
      </td>
      <td>
        <ClockError ms={till.clockErrorMs} />
      </td>
      <td className="numeric tabular">{formats.count(till.life)}</td>
    </tr>
  );
}

/** Before it goes out of service, a till is asked for all that it holds. */
function AskBack({ till }: { readonly till: StoreTillView }) {
  const { t } = useTranslation();
  const [closing, setClosing] = useState(false);
  const [done, setDone] = useState<string | null>(null);
  const { tillId, storeId, name, unitsAllotted, unitsInDoubt } = till;
  return (
    <div className="cell-act">
      {unitsAllotted > unitsInDoubt && (
        <Button
          variant="default"
          size="compact-xs"
          data-testid={testIds.allotmentClose}
          onClick={() => {
            setClosing(true);
            setDone(null);
          }}
        >
          {t('allotment.close')}
        </Button>
      )}
      {closing && (
        <CloseAllotmentsForm
          storeId={storeId}
          target={{ tillId, till: name }}
          onCancel={() => setClosing(false)}
          onDone={(words) => {
            setClosing(false);
            setDone(words);
          }}
        />
      )}
      {done !== null && <ActDone words={done} />}
    </div>
  );
}

/** What the till may sell with a guarantee while it is alone; units in doubt are named. */
function Holds({ till }: { readonly till: StoreTillView }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { unitsAllotted, articlesAllotted, unitsInDoubt } = till;
  if (unitsAllotted === 0) return <span className="dimmed">{t('common.none')}</span>;
  return (
    <span title={t('till.holdsOf', { count: articlesAllotted, formatted: formats.count(articlesAllotted) })}>
      {formats.count(unitsAllotted)}
      {unitsInDoubt > 0 && (
        <span className="tone-careful"> {t('till.inDoubt', { count: unitsInDoubt })}</span>
      )}
    </span>
  );
}

function ClockError({ ms }: { readonly ms: number | null }) {
  const { t } = useTranslation();
  const formats = useFormats();
  if (ms === null) return <span className="dimmed">{t('till.clockUnknown')}</span>;
  if (Math.abs(ms) < CLOCK_RIGHT_MS) return <span>{t('till.clockRight')}</span>;
  const careful = Math.abs(ms) >= CLOCK_CAREFUL_MS;
  return <span className={`tabular ${careful ? 'tone-careful strong' : ''}`}>{formats.clockError(ms)}</span>;
}
