import { IconAlertTriangle, IconPackage, IconScaleOutline } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Age } from './ages.tsx';
import type { NoticeView } from './answers.ts';
import { useFormats, useStoreName } from './console-context.ts';
import { Empty } from './empty.tsx';
import { Link } from './link.tsx';
import { testIds } from './test-ids.ts';

const KINDS = {
  'conflict-opened': { Icon: IconAlertTriangle, tone: 'bad' },
  'deficit-raised': { Icon: IconScaleOutline, tone: 'bad' },
  'low-stock': { Icon: IconPackage, tone: 'careful' },
} as const;

/** What was told lately, newest first. */
export function NoticeList({ notices }: { readonly notices: readonly NoticeView[] }) {
  const { t } = useTranslation();
  if (notices.length === 0) return <Empty title={t('notice.none')} hint={t('notice.noneHint')} />;
  return (
    <ul className="notices">
      {notices.map((notice) => (
        <Notice key={notice.noticeId} notice={notice} />
      ))}
    </ul>
  );
}

function Notice({ notice }: { readonly notice: NoticeView }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const storeName = useStoreName();
  const { kind, storeId, sku, quantity, at } = notice;
  const { Icon, tone } = KINDS[kind];
  return (
    <li className="notice" data-testid={testIds.notice} data-kind={kind}>
      <Icon size={18} aria-hidden="true" className={`tone-${tone}`} />
      <div className="notice-words">
        <strong>
          {t(`notice.${kind}`, { count: quantity ?? 0, formatted: formats.count(quantity ?? 0) })}
        </strong>
        <span className="notice-where">
          <Link to={{ page: 'store', storeId }}>{storeName(storeId)}</Link>
          {sku !== null && (
            <>
              {' · '}
              <Link to={{ page: 'pool', storeId, sku }}>{t('notice.article', { sku })}</Link>
            </>
          )}
        </span>
      </div>
      <span className="dimmed">
        <Age at={at} bare />
      </span>
    </li>
  );
}
