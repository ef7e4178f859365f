import type { Page } from './pagination';

/**
 * Everything of a list, page by page: what is read at once is one page, however long the list is. A page of a search that was given up in between may be
 * empty; there is more behind it.
 * @param read a page of the list from a cursor on
 */
export async function* everyPage<Row>(
  read: (cursor: string | undefined) => Promise<Page<Row>>,
): AsyncGenerator<Row[], void, void> {
  let cursor: string | undefined;
  do {
    const page = await read(cursor);
    if (page.items.length > 0) yield page.items;
    cursor = page.nextCursor;
  } while (cursor);
}
