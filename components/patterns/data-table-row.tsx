'use client';

import Link from 'next/link';
import type { MouseEvent, ReactNode } from 'react';
import { Checkbox } from '@/components/ui/checkbox';
import { cn } from '@/components/ui/cn';
import { type DataColumn, hideBelowStyle } from './data-table-types';

interface DataTableRowProps<Row> {
  row: Row;
  columns: readonly DataColumn<Row>[];
  label: string | undefined;
  href: string | undefined;
  opens: boolean;
  active: boolean;
  selectable: boolean;
  canSelect: boolean;
  selected: boolean;
  onSelect: (event: unknown) => void;
  onOpen: (newTab: boolean) => void;
  onPrefetch: (href: string) => void;
  expanded: ReactNode;
  /** Columns that are shown, the check box's included. */
  span: number;
}

const ownClick = 'a,button,input,label,select,textarea,[role=checkbox],[role=menuitem],[data-own-click]';

/** One row of DataTable. The first cell carries the real link; a click elsewhere in the row follows it. */
export function DataTableRow<Row>(props: DataTableRowProps<Row>) {
  const { row, columns, href, opens, active, selectable, selected, label, expanded } = props;
  const clickable = Boolean(href) || opens;

  const click = (event: MouseEvent<HTMLTableRowElement>) => {
    if (!clickable || !(event.target instanceof Element) || event.target.closest(ownClick)) return;
    // Marking text to copy it is not a click.
    if (window.getSelection()?.toString()) return;
    props.onOpen(event.metaKey || event.ctrlKey);
  };
  const cellStyle = cn(
    'h-10 border-line border-b px-3 py-1.5 transition-colors group-hover/row:bg-hover',
    !expanded && 'group-last/row:border-b-0',
    active && 'bg-hover first:shadow-[inset_2px_0_0_var(--accent-text)]',
    selected && 'bg-accent-soft group-hover/row:bg-accent-soft',
  );
  return (
    <>
      <tr
        data-row
        data-active={active || undefined}
        aria-selected={selectable ? selected : undefined}
        onClick={click}
        onPointerEnter={href ? () => props.onPrefetch(href) : undefined}
        className={cn('group/row', clickable && 'cursor-pointer')}
      >
        {selectable && (
          <td className={cn(cellStyle, 'w-10 pr-0')}>
            <Checkbox
              aria-label={`Select ${label ?? 'row'}`}
              checked={selected}
              disabled={!props.canSelect}
              onClick={(event) =>
                props.onSelect({ target: { checked: !selected }, shiftKey: event.shiftKey, persist: () => undefined })
              }
            />
          </td>
        )}
        {columns.map((column, index) => {
          const content = column.cell(row);
          return (
            <td
              key={column.id}
              title={column.title?.(row)}
              className={cn(
                cellStyle,
                'truncate',
                column.numeric && 'text-right',
                column.mono && 'font-mono text-xs',
                column.hideBelow && hideBelowStyle[column.hideBelow],
              )}
            >
              {index === 0 && href ? (
                <Link href={href} prefetch={false} className="-outline-offset-2 block truncate font-medium">
                  {content}
                </Link>
              ) : index === 0 && opens ? (
                <button
                  type="button"
                  className="-outline-offset-2 block w-full truncate text-left font-medium"
                  aria-expanded={expanded === undefined ? undefined : Boolean(expanded)}
                  onClick={() => props.onOpen(false)}
                >
                  {content}
                </button>
              ) : (
                content
              )}
            </td>
          );
        })}
      </tr>
      {expanded && (
        <tr className="group/row">
          <td
            colSpan={props.span}
            className="border-line border-b bg-canvas p-4 group-last/row:rounded-b-lg group-last/row:border-b-0"
          >
            {expanded}
          </td>
        </tr>
      )}
    </>
  );
}
