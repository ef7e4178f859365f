import type { ReactNode } from 'react';
import { Callout } from '@/components/ui/callout';
import type { ListedRows } from './data-table-types';
import { ExportMenu } from './export-menu';
import { FilterBar, type FilterDef } from './filter-bar';
import { PageHeader } from './page-header';

/** What the address of a list says, as Next hands it to a page: to be parsed by the schema of the list's filter. */
export type ListSearch = Promise<Record<string, string | string[] | undefined>>;

interface ListFrameProps {
  /** What stands in the empty search: "Search by name or description". Absent: there is nothing to search. */
  search?: string | undefined;
  filters?: readonly FilterDef[];
  /** Beside the filters, at the right end. */
  tools?: ReactNode;
  /** The route that answers what the filters leave as a file (`defineExport`). */
  exported?: string;
  /** Above the filters: what holds for the whole list. */
  notice?: ReactNode;
  /** The table: count, paging, "nothing yet" and "nothing matches" are its own (DataTable). */
  children: ReactNode;
}

/** A list within a page: search and filters, which live in the address, and the table below. */
export function ListFrame({ search, filters, tools, exported, notice, children }: ListFrameProps) {
  return (
    <div className="grid gap-4">
      {notice}
      {search && (
        <FilterBar placeholder={search} filters={filters ?? []}>
          {tools}
          {exported && <ExportMenu address={exported} />}
        </FilterBar>
      )}
      {children}
    </div>
  );
}

/** A page that is a list. */
export function ListPage({
  title,
  description,
  actions,
  ...frame
}: ListFrameProps & { title: string; description: string; actions?: ReactNode }) {
  // Without a search there are no tools: it stands with what the page offers.
  const exportsAbove = frame.search ? undefined : frame.exported;
  return (
    <>
      <PageHeader
        title={title}
        description={description}
        actions={
          exportsAbove ? (
            <>
              <ExportMenu address={exportsAbove} />
              {actions}
            </>
          ) : (
            actions
          )
        }
      />
      <ListFrame {...frame} />
    </>
  );
}

/** A read that was given up, with what to do about it. */
interface Refusal {
  message: string;
  hint?: string | undefined;
}

/** The table of what was found; where the read was given up, why stands in its place, and the filters stay to narrow it. */
export function FoundList<Row>({
  found,
  children,
}: {
  found: ListedRows<Row> | Refusal;
  children: (page: ListedRows<Row>) => ReactNode;
}) {
  if ('items' in found) return children(found);
  return (
    <Callout kind="error" title={found.message}>
      {found.hint}
    </Callout>
  );
}
