import { z } from 'zod';
import { everyPage } from '@/lib/core/every-page';
import type { Page } from '@/lib/core/pagination';
import { startRowsExport } from '@/lib/events/export';
import { exportResponse } from '@/lib/events/export-response';
import { defineRoute, type Route } from './define-route';
import type { PermissionName } from './permissions';

/** Rows that are read at once. */
const rowsAtOnce = 200;

const query = z.looseObject({ format: z.enum(['csv', 'json']) });

/**
 * A list as a file, `?format=csv` or `json`: everything that the filters of its address leave, in its order, written as it is read, page by page. Text
 * that a spreadsheet would take for a formula is made harmless; at most two files of one person at once (`startRowsExport`).
 * @param options `filter` parses the rest of the address as the page does; `read` is the query of the list; `lines` says what of a page
 *   stands in the file; `name` is that of the file, without its ending
 */
export function defineExport<Params extends z.ZodType, Filter, Row, Line extends object>(options: {
  permission: PermissionName;
  params: Params;
  filter: z.ZodType<Filter>;
  name: string;
  columns: readonly (keyof Line & string)[] | (() => Promise<readonly (keyof Line & string)[]>);
  read: (
    params: z.output<Params>,
    filter: Filter & { cursor: string | undefined },
    limit: number,
  ) => Promise<Page<Row>>;
  lines: (rows: Row[]) => Line[] | Promise<Line[]>;
}): Route {
  const { permission, params: schema, name, columns, read, lines } = options;
  return defineRoute(
    { permission, params: schema, query },
    async ({ params, query: { format, ...address }, actor }) => {
      const filter = options.filter.parse(address);
      const pages = linesOf(
        everyPage((cursor) => read(params, { ...filter, cursor }, rowsAtOnce)),
        lines,
      );
      const known = typeof columns === 'function' ? await columns() : columns;
      const stream = await startRowsExport(pages, known, { format, who: actor.id ?? '' });
      return exportResponse(stream, { name: `${name}-${new Date().toISOString().slice(0, 10)}`, format });
    },
  );
}

async function* linesOf<Row, Line>(
  pages: AsyncGenerator<Row[], void, void>,
  lines: (rows: Row[]) => Line[] | Promise<Line[]>,
): AsyncGenerator<Line[], void, void> {
  for await (const page of pages) yield await lines(page);
}
