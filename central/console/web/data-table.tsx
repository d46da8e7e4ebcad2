import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useRef } from 'react';

export interface Column<Row> {
  readonly key: string;
  readonly label: string;
  /** Any CSS width; a column without one takes what is left. */
  readonly width?: string;
  readonly numeric?: boolean;
  readonly cell: (row: Row) => ReactNode;
}

interface DataTableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  /** `data-*` attributes of a row, its test id among them. */
  readonly rowData: (row: Row) => Readonly<Record<`data-${string}`, string | number>>;
  readonly chosenKey?: string | null;
  readonly rowHeight?: number;
  /** Stands below the last row. */
  readonly foot?: ReactNode;
}

const ROW_HEIGHT = 40;

/** A real table of any length: only the rows in sight exist, spacers stand for the others. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, columns, rows, rowKey, rowData, chosenKey = null, rowHeight = ROW_HEIGHT } = props;
  const scroll = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  const items = virtual.getVirtualItems();
  const above = items[0]?.start ?? 0;
  const below = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  return (
    <div className="table-scroll" ref={scroll}>
      <table className="table" aria-label={label} aria-rowcount={rows.length + 1}>
        <colgroup>
          {columns.map((column) => (
            <col key={column.key} style={{ width: column.width }} />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map((column) => (
              <th key={column.key} scope="col" className={column.numeric === true ? 'numeric' : undefined}>
                {column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <Spacer height={above} columns={columns.length} />
          {items.map((item) => {
            const row = rows[item.index];
            if (row === undefined) return null;
            const key = rowKey(row);
            return (
              <tr
                key={key}
                aria-rowindex={item.index + 2}
                className={key === chosenKey ? 'row row-chosen' : 'row'}
                style={{ height: rowHeight }}
                {...rowData(row)}
              >
                {columns.map((column) => (
                  <td key={column.key} className={column.numeric === true ? 'numeric tabular' : undefined}>
                    {column.cell(row)}
                  </td>
                ))}
              </tr>
            );
          })}
          <Spacer height={below} columns={columns.length} />
        </tbody>
      </table>
      {props.foot}
    </div>
  );
}

function Spacer({ height, columns }: { readonly height: number; readonly columns: number }) {
  if (height <= 0) return null;
  return (
    <tr>
      <td colSpan={columns} className="spacer" style={{ height }} />
    </tr>
  );
}
