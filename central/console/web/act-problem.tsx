import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type ApiFailure, isStale } from './api-client.ts';
import { useFailureWords } from './panel.tsx';
import { testIds } from './test-ids.ts';

interface ActProblemProps {
  readonly failure: ApiFailure;
  /** Shows what it is now, for a new decision. */
  readonly onLookAgain: () => void;
}

/** Why an act was not done. Where somebody else was faster, the person decides anew on what it is now. */
export function ActProblem({ failure, onLookAgain }: ActProblemProps) {
  const { t } = useTranslation();
  const why = useFailureWords();
  const stale = isStale(failure);
  return (
    <div className="act-problem" role="alert" data-testid={testIds.actProblem} data-stale={stale}>
      <p className={stale ? 'tone-careful strong' : 'tone-bad'}>
        {stale ? t('acting.stale') : t('acting.failed', { why: why(failure) })}
      </p>
      {stale && (
        <Button variant="light" size="xs" data-testid={testIds.lookAgain} onClick={onLookAgain}>
          {t('acting.lookAgain')}
        </Button>
      )}
    </div>
  );
}

/** What was done, said once. */
export function ActDone({ words }: { readonly words: string }) {
  return (
    <p className="act-done tone-good" role="status" data-testid={testIds.actDone}>
      {words}
    </p>
  );
}
