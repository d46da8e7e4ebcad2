import { Button, Group } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { useDesk } from './desk.ts';
import { Notice } from './notice.tsx';
import { testIds } from './test-ids.ts';
import { useFormats, useTill } from './use-till.ts';

/** What became of the basket that was open when the till closed without saying so. */
export function RecoveryNotice() {
  const { t } = useTranslation();
  const till = useTill();
  const desk = useDesk();
  const { money } = useFormats();
  const recovery = useSyncExternalStore(till.subscribe, till.recovery);
  if (recovery === null) return null;
  if (recovery.kind === 'recorded') {
    const { receiptNumber, totalMinor } = recovery;
    return (
      <Notice tone="info" testId={testIds.recovery}>
        <p>{t('recovery.recorded', { number: receiptNumber, total: money(totalMinor) })}</p>
        <Button
          variant="default"
          mt="xs"
          data-testid={testIds.recoveryKeep}
          onClick={() => till.acknowledgeRecovery()}
        >
          {t('common.ok')}
        </Button>
      </Notice>
    );
  }
  return (
    <Notice tone="careful" testId={testIds.recovery}>
      <p>{t('recovery.unfinished')}</p>
      <Group gap="xs" mt="xs">
        <Button data-testid={testIds.recoveryKeep} onClick={() => till.acknowledgeRecovery()}>
          {t('recovery.keep')}
        </Button>
        <Button
          variant="default"
          data-testid={testIds.recoveryDiscard}
          onClick={() => {
            const refusal = till.discardBasket();
            till.acknowledgeRecovery();
            if (refusal !== null) desk.refuse(refusal);
          }}
        >
          {t('recovery.discard')}
        </Button>
      </Group>
    </Notice>
  );
}
