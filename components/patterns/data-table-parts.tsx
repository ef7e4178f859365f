'use client';

import { ArrowDown, ArrowUp, ChevronsUpDown, SearchX, X } from 'lucide-react';
import type { CSSProperties, ReactNode } from 'react';
import { Button, IconButton } from '@/components/ui/button';
import { Checkbox } from '@/components/ui/checkbox';
import { cn } from '@/components/ui/cn';
import { EmptyState } from '@/components/ui/empty-state';
import { Skeleton } from '@/components/ui/skeleton';
import { atLeast } from './at-least';
import { type DataColumn, hideBelowStyle } from './data-table-types';

const headStyle =
  'md:sticky md:top-(--sticky-top,0px) z-10 h-9 border-line border-b bg-surface px-3 font-medium text-muted text-xs first:rounded-tl-lg last:rounded-tr-lg';

/** A column's head; a sortable one is a button that goes ascending, descending, unsorted. */
export function HeadCell<Row>({
  column,
  sort,
  onSort,
}: {
  column: DataColumn<Row>;
  sort: string | undefined;
  onSort: () => void;
}) {
  const direction = sort === column.id ? 'ascending' : sort === `-${column.id}` ? 'descending' : undefined;
  const Icon = direction === 'ascending' ? ArrowUp : direction === 'descending' ? ArrowDown : ChevronsUpDown;
  return (
    <th
      scope="col"
      aria-sort={direction}
      // On a phone the columns that are left share the width.
      style={column.width ? ({ '--column': column.width } as CSSProperties) : undefined}
      className={cn(
        headStyle,
        column.width && 'md:w-(--column)',
        column.numeric && 'text-right',
        column.hideBelow && hideBelowStyle[column.hideBelow],
      )}
    >
      {column.sortable ? (
        <button
          type="button"
          onClick={onSort}
          className={cn(
            'group/sort relative -mx-1 inline-flex h-6 max-w-full items-center rounded-sm px-1 align-middle hover:text-ink',
            direction && 'text-ink',
          )}
        >
          <span className="truncate">{column.header}</span>
          <Icon
            aria-hidden
            className={cn(
              'absolute top-1.5 size-3 bg-surface transition-opacity',
              column.numeric ? 'right-full' : 'left-full',
              !direction && 'opacity-0 group-hover/sort:opacity-100 group-focus-visible/sort:opacity-100',
            )}
          />
        </button>
      ) : (
        <span className="block truncate">{column.header}</span>
      )}
    </th>
  );
}

export function SelectAll({
  label,
  checked,
  disabled,
  onChange,
}: {
  label: string;
  checked: boolean | 'indeterminate';
  disabled: boolean;
  onChange: (on: boolean) => void;
}) {
  return (
    <th scope="col" className={cn(headStyle, 'w-10 pr-0')}>
      <Checkbox
        className="align-middle"
        aria-label={`Select all ${label.toLowerCase()} on this page`}
        checked={checked}
        disabled={disabled}
        onCheckedChange={(next) => onChange(next === true)}
      />
    </th>
  );
}

/** "50 of 1,248 people", "50 of 1,000+" where they are not all counted, "50+" where no more are known; announced when it changes. */
export function Count({
  shown,
  total,
  exact,
  noun = ['row', 'rows'],
  more,
}: {
  shown: number;
  total: number | undefined;
  exact: boolean | undefined;
  noun?: readonly [string, string] | undefined;
  more: boolean;
}) {
  const all = Math.max(total ?? 0, shown);
  const word = all === 1 ? noun[0] : noun[1];
  const part = total !== undefined && total > shown;
  return (
    <p role="status" className="text-muted text-xs tabular-nums">
      {part ? `${shown.toLocaleString('en')} of ${atLeast(total, exact)}` : all.toLocaleString('en')}
      {!part && more && (total === undefined || exact === false) ? '+' : ''} {word}
    </p>
  );
}

/** What stands at the foot of the window while rows are selected. */
export function BulkBar({
  count,
  atLeast: more,
  total,
  exact,
  offerAll,
  onAll,
  onClear,
  children,
}: {
  count: number;
  /** There are more than `count`: whoever acts on them counts them first. */
  atLeast: boolean;
  total: number | undefined;
  exact: boolean | undefined;
  offerAll: boolean;
  onAll: () => void;
  onClear: () => void;
  children: ReactNode;
}) {
  return (
    <div className="pointer-events-none sticky bottom-4 z-20 flex justify-center">
      <section
        aria-label="Selection"
        className="pointer-events-auto flex max-w-full animate-pop-in flex-wrap items-center gap-2 rounded-lg bg-raised p-2 pl-3 shadow-float"
      >
        <span role="status" className="font-medium tabular-nums">
          {atLeast(count, !more)} selected
        </span>
        {offerAll && (
          <Button variant="link" onClick={onAll}>
            Select all {total !== undefined && atLeast(total, exact)} that match
          </Button>
        )}
        <span className="mx-1 h-5 w-px bg-line" />
        {children}
        <IconButton label="Clear the selection" size="sm" onClick={onClear}>
          <X aria-hidden />
        </IconButton>
      </section>
    </div>
  );
}

/** Why a page of a search is shorter than it might be, and how to find the rest. @param rows how many were looked at @param further on a later page */
export function PartialSearch({ noun, rows, further }: { noun: string; rows: number; further: boolean }) {
  const looked = `${rows.toLocaleString('en')} ${noun}`;
  return (
    <p role="status" className="text-muted text-xs">
      Looked at the {further ? 'next' : 'first'} {looked}: many have these words. Type more to narrow the search, or
      look on with Next.
    </p>
  );
}

/** There is something, but nothing that the search and the filters match. */
export function NoMatch({ noun, partial, onClear }: { noun: string; partial: boolean; onClear: () => void }) {
  return (
    <EmptyState
      icon={SearchX}
      title={partial ? `No ${noun} match among those looked at` : `No ${noun} match`}
      action={<Button onClick={onClear}>Clear search and filters</Button>}
    >
      {partial ? 'Type more of the name, or look on with Next.' : 'Try other words, or remove a filter.'}
    </EmptyState>
  );
}

const widths = ['w-40', 'w-28', 'w-24', 'w-32', 'w-20'];

export function SkeletonRows<Row>({
  columns,
  selectable,
  rows = 8,
}: {
  columns: readonly Pick<DataColumn<Row>, 'id' | 'hideBelow'>[];
  selectable: boolean;
  rows?: number;
}) {
  return Array.from({ length: rows }, (_, row) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity.
    <tr key={row} className="group/row">
      {selectable && (
        <td className="h-10 border-line border-b px-3 group-last/row:border-b-0">
          <Skeleton className="size-4" />
        </td>
      )}
      {columns.map((column, index) => (
        <td
          key={column.id}
          className={cn(
            'h-10 border-line border-b px-3 group-last/row:border-b-0',
            column.hideBelow && hideBelowStyle[column.hideBelow],
          )}
        >
          <Skeleton className={cn('max-w-full', widths[(row + index) % widths.length])} />
        </td>
      ))}
    </tr>
  ));
}
