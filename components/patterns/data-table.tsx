'use client';

import { type RowData, rowSelectionFeature, rowSortingFeature, tableFeatures, useTable } from '@tanstack/react-table';
import { useRouter } from 'next/navigation';
import { useEffect, useMemo, useRef, useState } from 'react';
import { cn } from '@/components/ui/cn';
import { Pagination } from '@/components/ui/pagination';
import { searchedRows } from '@/lib/core/pagination';
import { BulkBar, Count, HeadCell, NoMatch, PartialSearch, SelectAll, SkeletonRows } from './data-table-parts';
import { DataTableRow } from './data-table-row';
import type { DataTableProps } from './data-table-types';
import { useRowKeys } from './use-row-keys';
import { useShownColumns } from './use-shown-columns';
import { useUrlState } from './use-url-state';

export type { BulkSelection, DataColumn, ListedRows } from './data-table-types';

const features = tableFeatures({ rowSelectionFeature, rowSortingFeature });
const notFilters = new Set(['sort', 'cursor', 'tab']);

/**
 * A list as the server gave it: it sorts, filters and pages by changing the URL, never in the browser.
 * Keyboard: j/k move, Enter opens, x selects. Write the columns in a client file.
 */
export function DataTable<Row extends RowData>(props: DataTableProps<Row>) {
  const { label, columns, rowId, href, onOpen, selectable = false, loading = false } = props;
  const { items: rows, total, totalIsExact, nextCursor, partial = false } = props.page;
  const router = useRouter();
  const url = useUrlState();
  const container = useRef<HTMLDivElement>(null);
  const [selection, setSelection] = useState<Record<string, true>>({});
  const [allMatching, setAllMatching] = useState(false);

  const sort = props.sort ?? (props.onSortChange ? undefined : url.get('sort'));
  const sorting = useMemo(() => (sort ? [{ id: sort.replace(/^-/, ''), desc: sort.startsWith('-') }] : []), [sort]);
  const defs = useMemo(
    () => columns.map((column) => ({ id: column.id, enableSorting: column.sortable ?? false })),
    [columns],
  );
  const data = useMemo(() => [...rows], [rows]);
  const table = useTable({
    features,
    columns: defs,
    data,
    getRowId: rowId,
    manualSorting: true,
    enableRowSelection:
      typeof selectable === 'function' ? (row: { original: Row }) => selectable(row.original) : selectable,
    state: { sorting, rowSelection: selection },
    onRowSelectionChange: setSelection,
  });
  const shown = table.getRowModel().rows;
  const ids = useMemo(() => shown.filter((row) => selection[row.id]).map((row) => row.id), [shown, selection]);

  const tellSelection = useRef(props.onSelectionChange);
  tellSelection.current = props.onSelectionChange;
  useEffect(() => tellSelection.current?.(ids), [ids]);

  const clear = () => {
    setSelection({});
    setAllMatching(false);
  };
  const open = (row: Row, newTab: boolean) => {
    const to = href?.(row);
    if (to && newTab) window.open(to, '_blank', 'noopener');
    else if (to) router.push(to);
    else onOpen?.(row);
  };
  const changeSort = (id: string) => {
    const next = sort === id ? `-${id}` : sort === `-${id}` ? undefined : id;
    if (props.onSortChange) props.onSortChange(next);
    else url.set({ sort: next });
  };
  const [active, setActive] = useRowKeys({
    count: shown.length,
    container,
    onOpen: (index, newTab) => {
      const row = shown[index];
      if (row) open(row.original, newTab);
    },
    onToggle: (index) => {
      const row = shown[index];
      if (row?.getCanSelect()) row.toggleSelected();
    },
  });

  const span = useShownColumns(columns) + (selectable ? 1 : 0);
  const filtered = props.filtered ?? url.hasFilters(notFilters);
  const hasRows = shown.length > 0;
  if (!loading && !hasRows && !filtered && !url.get('cursor')) {
    return <div className="rounded-lg border border-line bg-surface">{props.empty}</div>;
  }
  return (
    <div className={cn('grid min-w-0 gap-3', props.className)} ref={container}>
      <div
        className={cn('min-w-0 rounded-lg border border-line bg-surface', hasRows && 'relative max-md:overflow-x-auto')}
      >
        <table
          aria-label={label}
          aria-busy={loading || url.pending}
          className="w-full table-fixed border-separate border-spacing-0 text-left"
        >
          <thead>
            <tr>
              {selectable && (
                <SelectAll
                  label={label}
                  checked={table.getIsAllRowsSelected() || (table.getIsSomeRowsSelected() && 'indeterminate')}
                  disabled={!hasRows}
                  onChange={(on) => {
                    table.toggleAllRowsSelected(on);
                    setAllMatching(false);
                  }}
                />
              )}
              {columns.map((column) => (
                <HeadCell key={column.id} column={column} sort={sort} onSort={() => changeSort(column.id)} />
              ))}
            </tr>
          </thead>
          <tbody className={cn('transition-opacity', url.pending && 'opacity-60')}>
            {loading && <SkeletonRows columns={columns} selectable={Boolean(selectable)} />}
            {!loading &&
              shown.map((row, index) => (
                <DataTableRow
                  key={row.id}
                  row={row.original}
                  columns={columns}
                  label={props.rowLabel?.(row.original)}
                  href={href?.(row.original)}
                  opens={onOpen !== undefined}
                  active={index === active}
                  selectable={Boolean(selectable)}
                  canSelect={row.getCanSelect()}
                  selected={row.getIsSelected()}
                  onSelect={(event) => {
                    setActive(index);
                    setAllMatching(false);
                    row.getToggleSelectedHandler()(event);
                  }}
                  onOpen={(newTab) => open(row.original, newTab)}
                  onPrefetch={(to) => router.prefetch(to)}
                  expanded={props.expanded?.(row.original)}
                  span={span}
                />
              ))}
            {!loading && !hasRows && (
              <tr>
                <td colSpan={span}>
                  <NoMatch noun={props.noun?.[1] ?? 'rows'} partial={partial} onClear={() => url.clear(notFilters)} />
                </td>
              </tr>
            )}
          </tbody>
        </table>
      </div>
      {!loading && partial && (
        <PartialSearch
          noun={props.noun?.[1] ?? 'rows'}
          rows={props.searched ?? searchedRows}
          further={url.get('cursor') !== undefined}
        />
      )}
      <div className="flex min-h-7 flex-wrap items-center justify-between gap-2">
        {!loading && (
          <Count shown={shown.length} total={total} exact={totalIsExact} noun={props.noun} more={Boolean(nextCursor)} />
        )}
        <Pagination nextCursor={nextCursor} />
      </div>
      {ids.length > 0 && props.bulkActions && (
        <BulkBar
          count={allMatching ? (total ?? ids.length) : ids.length}
          atLeast={allMatching && totalIsExact === false}
          offerAll={
            props.selectAllMatching === true &&
            !allMatching &&
            // Of a search, no more may be counted than the page has.
            ((total ?? 0) > ids.length || totalIsExact === false) &&
            table.getIsAllRowsSelected()
          }
          total={total}
          exact={totalIsExact}
          onAll={() => setAllMatching(true)}
          onClear={clear}
        >
          {props.bulkActions({
            ids,
            allMatching,
            count: allMatching ? (total ?? ids.length) : ids.length,
            clear,
          })}
        </BulkBar>
      )}
    </div>
  );
}
