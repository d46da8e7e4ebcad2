import { useTranslation } from 'react-i18next';
import type { PoolView } from './answers.ts';
import { useFormats } from './console-context.ts';
import { testIds } from './test-ids.ts';

export const BUCKETS = ['free', 'held', 'allotted', 'inDoubt'] as const;
type Units = Pick<PoolView, (typeof BUCKETS)[number] | 'deficit'>;

interface BucketBarProps {
  readonly pool: Units;
  /** Units that fill the whole width; without it the pool's own. */
  readonly scale?: number;
  readonly thin?: boolean;
}

/** One bar cut into the buckets, and the deficit below it on the same scale. */
export function BucketBar({ pool, scale, thin = false }: BucketBarProps) {
  const { t } = useTranslation();
  const units = BUCKETS.reduce((sum, bucket) => sum + pool[bucket], 0);
  const whole = Math.max(1, scale ?? Math.max(units, pool.deficit));
  const width = (part: number): string => `${(100 * part) / whole}%`;
  return (
    <div
      className={thin ? 'bar-part bar-thin' : 'bar-part'}
      role="img"
      aria-label={t('pool.bar', { ...pool })}
    >
      <div className="bar">
        {BUCKETS.map(
          (bucket) =>
            pool[bucket] > 0 && (
              <span key={bucket} className={`bar-${bucket}`} style={{ width: width(pool[bucket]) }} />
            ),
        )}
      </div>
      {(pool.deficit > 0 || !thin) && (
        <div className="bar bar-below">
          {pool.deficit > 0 && <span className="bar-deficit" style={{ width: width(pool.deficit) }} />}
        </div>
      )}
    </div>
  );
}

/** The buckets as figures, each with the pattern that it has in the bar. */
export function BucketFigures({ pool }: { readonly pool: Units }) {
  const { t } = useTranslation();
  const formats = useFormats();
  return (
    <ul className="buckets">
      {[...BUCKETS, 'deficit' as const].map((bucket) => (
        <li
          key={bucket}
          className="bucket"
          data-testid={testIds.bucket}
          data-bucket={bucket}
          data-units={pool[bucket]}
        >
          <span className={`swatch bar-${bucket}`} aria-hidden="true" />
          <span>{t(`stock.${bucket}`)}</span>
          <span
            className={`bucket-units tabular ${bucket === 'deficit' && pool.deficit > 0 ? 'tone-bad' : ''}`}
          >
            {formats.count(pool[bucket])}
          </span>
          <span className="dimmed bucket-hint">{t(`pool.${bucket}Hint`)}</span>
        </li>
      ))}
    </ul>
  );
}
