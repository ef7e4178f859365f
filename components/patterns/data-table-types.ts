import type { ReactNode } from 'react';

export interface DataColumn<Row> {
  /** Also the sort key in the URL. */
  id: string;
  header: ReactNode;
  cell: (row: Row) => ReactNode;
  sortable?: boolean;
  /** Right-aligned, tabular figures. */
  numeric?: boolean;
  mono?: boolean;
  /** CSS width ("120px", "30%"); without one the columns share what is left. */
  width?: string;
  /** Full text for the browser's tooltip where the cell is cut off. */
  title?: (row: Row) => string | undefined;
  /** Leaves the column out on narrower windows. */
  hideBelow?: 'sm' | 'md' | 'lg' | 'xl';
}

/** What a bulk action works on. With `allMatching` it is everything the filters match, not only `ids`. */
export interface BulkSelection {
  ids: string[];
  allMatching: boolean;
  count: number;
  clear: () => void;
}

/** Rows as the query of a list answers them. */
export interface ListedRows<Row> {
  items: readonly Row[];
  /** Absent on the last page. */
  nextCursor?: string | undefined;
  /** How many match in all, where known. */
  total?: number | undefined;
  /** False: there are more than `total`. */
  totalIsExact?: boolean | undefined;
  /** A search has looked at as many rows as it does for a page; `nextCursor` looks on. */
  partial?: boolean | undefined;
}

export interface DataTableProps<Row> {
  /** Rows that a search looks at for a page; absent: `searchedRows`. */
  searched?: number;
  /** Names the table, in the plural: "Applications". */
  label: string;
  columns: readonly DataColumn<Row>[];
  page: ListedRows<Row>;
  rowId: (row: Row) => string;
  /** Names one row for its check box: the person's name. */
  rowLabel?: (row: Row) => string;
  /** A click on the row, or Enter, goes there. */
  href?: (row: Row) => string | undefined;
  /** Instead of a link: opens a panel, an editor. */
  onOpen?: (row: Row) => void;
  /** Singular and plural for the count: ["application", "applications"]. */
  noun?: readonly [string, string];
  /** "name" or "-name" (descending). Absent: read from the URL. */
  sort?: string | undefined;
  /** Absent: the sort is written to `?sort=`. */
  onSortChange?: (sort: string | undefined) => void;
  selectable?: boolean | ((row: Row) => boolean);
  /** Called when the selection changes; not needed for `bulkActions`. */
  onSelectionChange?: (ids: string[]) => void;
  bulkActions?: (selection: BulkSelection) => ReactNode;
  /** Offers "Select all 248 that match" once the page is selected. */
  selectAllMatching?: boolean;
  loading?: boolean;
  /** Shown when nothing exists yet. */
  empty: ReactNode;
  /** Whether search or filters are on: decides between `empty` and "no match". Absent: told from the URL. */
  filtered?: boolean;
  /** Opens below a row, in place. */
  expanded?: (row: Row) => ReactNode | undefined;
  className?: string;
}

export const hideBelowStyle = {
  sm: 'max-sm:hidden',
  md: 'max-md:hidden',
  lg: 'max-lg:hidden',
  xl: 'max-xl:hidden',
} as const;
