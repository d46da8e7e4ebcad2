import { Select } from '@mantine/core';
import { IconBuildingStore } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useStores } from './console-context.ts';
import { testIds } from './test-ids.ts';

const SHOWN_AT_ONCE = 60;

interface StoreSelectProps {
  readonly value: string | null;
  readonly onChange: (storeId: string | null) => void;
}

/** One store or all of them; typing finds it. */
export function StoreSelect({ value, onChange }: StoreSelectProps) {
  const { t } = useTranslation();
  const { value: answer } = useStores();
  const choices = useMemo(
    () => (answer?.stores ?? []).map((store) => ({ value: store.storeId, label: store.name })),
    [answer],
  );
  return (
    <Select
      aria-label={t('common.store')}
      placeholder={t('common.allStores')}
      data={choices}
      value={value}
      onChange={onChange}
      limit={SHOWN_AT_ONCE}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': t('common.allStores') }}
      leftSection={<IconBuildingStore size={16} aria-hidden="true" />}
      w={200}
      data-testid={testIds.storeFilter}
    />
  );
}
