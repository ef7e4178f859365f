import type { EventRow } from './queries';

const columns = [
  'id',
  'at',
  'name',
  'outcome',
  'count',
  'actorName',
  'clientAddress',
  'applicationLabel',
  'targetType',
  'targetName',
  'targetId',
  'code',
  'message',
  'changes',
  'cycleId',
  'operationId',
] as const satisfies readonly (keyof EventRow)[];

/** Events as a stream of CSV (RFC 4180) or of one JSON array, written as the pages come. */
export function exportStream(
  pages: AsyncGenerator<EventRow[], void, void>,
  format: 'csv' | 'json',
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const parts = format === 'csv' ? csvParts(pages) : jsonParts(pages);
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await parts.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      await parts.return(undefined);
      await pages.return(undefined);
    },
  });
}

async function* csvParts(pages: AsyncIterable<EventRow[]>): AsyncGenerator<string, void, void> {
  // The mark tells spreadsheets that it is UTF-8.
  yield `\uFEFF${columns.join(',')}\r\n`;
  for await (const page of pages) {
    yield page.map((event) => `${columns.map((column) => csvCell(event[column])).join(',')}\r\n`).join('');
  }
}

async function* jsonParts(pages: AsyncIterable<EventRow[]>): AsyncGenerator<string, void, void> {
  yield '[';
  let first = true;
  for await (const page of pages) {
    yield page.map((event, index) => `${first && index === 0 ? '\n' : ',\n'}${JSON.stringify(event)}`).join('');
    first = false;
  }
  yield '\n]\n';
}

/** Text that a spreadsheet would take for a formula gets an apostrophe in front. */
export function csvCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = value instanceof Date ? value.toISOString() : typeof value === 'string' ? value : JSON.stringify(value);
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
