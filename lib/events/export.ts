import { csvLine, utf8Mark } from '@/lib/core/csv';
import { AppError } from '@/lib/core/errors';
import type { EventRow } from './queries';

const eventColumns = [
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

/** Exports of one person at once in this process: each reads for as long as it takes. */
const mostAtOnce = 2;
/** When one of them may have ended; how long it takes nobody knows. */
const soonSeconds = 10;
const running = new Map<string, number>();

/** @returns what ends it, once however often it is called @throws AppError `rate_limited` */
function begin(who: string): () => void {
  const others = running.get(who) ?? 0;
  if (others >= mostAtOnce) {
    throw new AppError('rate_limited', `${mostAtOnce} exports of yours are running.`, {
      hint: 'Wait until one of them is complete, or cancel it.',
      details: { retryAfterSeconds: soonSeconds },
    });
  }
  running.set(who, others + 1);
  let ended = false;
  return () => {
    if (ended) return;
    ended = true;
    const left = (running.get(who) ?? 1) - 1;
    if (left > 0) running.set(who, left);
    else running.delete(who);
  };
}

/** Events as a file: {@link startRowsExport}. */
export function startExport(
  pages: AsyncGenerator<EventRow[], void, void>,
  format: 'csv' | 'json',
  who: string,
): Promise<ReadableStream<Uint8Array>> {
  return startRowsExport(pages, eventColumns, { format, who });
}

/**
 * Rows as a stream of CSV (RFC 4180) or of one JSON array, written as the pages come. What is wrong with the search is
 * said before the stream begins.
 * @param columns of the CSV
 * @param who whose export it is
 * @throws AppError `rate_limited` while two others of theirs run; what the first page throws
 */
export async function startRowsExport<Row extends object>(
  pages: AsyncGenerator<Row[], void, void>,
  columns: readonly (keyof Row & string)[],
  { format, who }: { format: 'csv' | 'json'; who: string },
): Promise<ReadableStream<Uint8Array>> {
  const end = begin(who);
  try {
    const parts = format === 'csv' ? csvParts(pages, columns) : jsonParts(pages);
    const first = [await parts.next(), await parts.next()];
    return stream(parts, first, async () => {
      end();
      await pages.return(undefined);
    });
  } catch (error) {
    end();
    throw error;
  }
}

type Part = IteratorResult<string, void>;

function stream(parts: AsyncGenerator<string, void, void>, first: Part[], end: () => Promise<void>) {
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { value, done } = first.shift() ?? (await parts.next());
        if (value !== undefined) controller.enqueue(encoder.encode(value));
        if (!done) return;
        controller.close();
      } catch (error) {
        controller.error(error);
      }
      await end();
    },
    async cancel() {
      await parts.return(undefined);
      await end();
    },
  });
}

async function* csvParts<Row extends object>(
  pages: AsyncIterable<Row[]>,
  columns: readonly (keyof Row & string)[],
): AsyncGenerator<string, void, void> {
  yield utf8Mark + csvLine(columns);
  for await (const page of pages) {
    yield page.map((row) => csvLine(columns.map((column) => row[column]))).join('');
  }
}

async function* jsonParts(pages: AsyncIterable<object[]>): AsyncGenerator<string, void, void> {
  yield '[';
  let first = true;
  for await (const page of pages) {
    yield page.map((row, index) => `${first && index === 0 ? '\n' : ',\n'}${JSON.stringify(row)}`).join('');
    first = false;
  }
  yield '\n]\n';
}
