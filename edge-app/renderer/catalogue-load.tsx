import { Progress } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { testIds } from './test-ids.ts';
import { useFormats, useTillStatus } from './use-till.ts';

/** The first load of the catalogue, and the filling of the search index after each start. */
export function CatalogueLoad() {
  const { t } = useTranslation();
  const formats = useFormats();
  const { sync, catalogueSize, searchable } = useTillStatus();
  const progress = sync.catalogueProgress;
  if (progress !== null && progress.total > 0) {
    const { received, total } = progress;
    return (
      <div className="load" data-testid={testIds.catalogueLoad}>
        <h2 className="part-title">{t('load.title')}</h2>
        <Progress value={(100 * received) / total} size="lg" aria-label={t('load.title')} />
        <p className="tabular">
          {t('load.progress', { received: formats.count(received), total: formats.count(total) })}
        </p>
        <p className="dimmed">{t('load.hint')}</p>
      </div>
    );
  }
  if (catalogueSize === 0) {
    return (
      <div className="load" data-testid={testIds.catalogueLoad}>
        <h2 className="part-title">{t('load.title')}</h2>
        <p className="dimmed">{t('load.waiting')}</p>
      </div>
    );
  }
  if (searchable >= catalogueSize) return null;
  return (
    <p className="load dimmed tabular">
      {t('load.indexing', { count: searchable, formatted: formats.count(searchable) })}
    </p>
  );
}
