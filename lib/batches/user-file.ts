import { z } from 'zod';
import { now } from '@/lib/core/clock';
import { type CsvRow, parseCsv } from '@/lib/core/csv';
import { AppError } from '@/lib/core/errors';
import { storedName } from '@/lib/core/fold-name';
import { newId } from '@/lib/core/ids';
import { singleLine } from '@/lib/core/text';
import { db, type Tx } from '@/lib/db/client';
import type { UserBatch } from '@/lib/db/generated/client';
import { listNamedAttributes, readAttributeTypes } from '@/lib/directory/attribute-definitions';
import { defineCommand } from '@/lib/events/command';
import { fieldOptions, guessColumns } from './file-columns';
import { type Line, planLines } from './internal/plan-lines';
import type { FileContext } from './internal/read-cells';
import { enqueueBatch } from './start-batch';

/** Lines of a file, its head left out. */
export const mostLines = 20_000;
const linesAtOnce = 500;
const mostColumns = 100;
const cellLength = 2_000;

const id = z.uuid().toLowerCase();
const version = z.number().int().positive();

export const readUserFileSchema = z.object({
  name: singleLine('Name').max(200).default('people.csv').describe('Of the file.'),
  text: z.string().describe('The file: a line of heads, then a line for each person. Commas, semicolons or tabs.'),
});
export const mapUserFileSchema = z.object({
  id,
  version,
  columns: z
    .array(z.string().max(200))
    .max(mostColumns)
    .describe(
      'What each column is: a property of people, `customAttributes.` and a name, or empty for what is left out.',
    ),
});
export const importUserFileSchema = z.object({
  id,
  version,
  sendActivation: z.boolean().default(false).describe('Mail an activation link to whoever is created.'),
});

/** What is kept of a file beside its lines. */
export interface UserFile {
  name: string;
  header: string[];
  columns: string[];
  sendActivation: boolean;
}

/**
 * Reads a file of people, guesses what its columns are, and finds out what importing it would do. Nobody is changed.
 * @returns the batch, and how many lines it has
 * @throws AppError `invalid_input` at text: no lines, more than 20,000, more than 100 columns
 */
export const readUserFile = defineCommand(
  { id: 'readUserFile', permission: 'users.write', input: readUserFileSchema, event: 'user_file_read' },
  async (tx, draft, { name, text }, actor) => {
    const [head, ...lines] = parseCsv(text);
    assertReadable(head, lines);
    const header = (head?.cells ?? []).map((cell) => cell.slice(0, 200));
    const file: UserFile = {
      name,
      header,
      columns: guessColumns(header, await listNamedAttributes(tx)),
      sendActivation: false,
    };
    const batch = await tx.userBatch.create({
      data: {
        id: newId(),
        action: 'import',
        state: 'review',
        file: { ...file },
        startedById: actor.id,
        startedByName: actor.name,
        startedByTokenId: actor.tokenId ?? null,
        startedAt: now(),
      },
    });
    const rows = lines.map(({ line, cells }) => ({ no: line, cells: cells.map((cell) => cell.slice(0, cellLength)) }));
    await tx.$executeRaw`
      INSERT INTO user_batch_rows (batch_id, no, name, cells, state)
      SELECT ${batch.id}::uuid, r.no, '', r.cells, 'listed' FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r(no int, cells text[])`;
    await review(tx, batch.id, file);
    draft.message = `${name}: ${lines.length.toLocaleString('en')} lines.`;
    return { id: batch.id, version: batch.version, changed: lines.length };
  },
);

/**
 * Says what the columns of a file are, and finds out anew what importing it would do.
 * @throws AppError `not_found`, `stale_version`, `conflict` (imported already), `invalid_input` at columns
 */
export const mapUserFile = defineCommand(
  { id: 'mapUserFile', permission: 'users.write', input: mapUserFileSchema, event: 'user_file_read' },
  async (tx, draft, { id: batchId, version: asLoaded, columns }) => {
    const { file } = await lockInReview(tx, batchId, asLoaded);
    const options = new Set(fieldOptions(await listNamedAttributes(tx)).map(({ value }) => value));
    const chosen = columns.filter(Boolean);
    const wrong = chosen.find((column, index) => !options.has(column) || chosen.indexOf(column) !== index);
    if (wrong || columns.length !== file.header.length) {
      throw new AppError(
        'invalid_input',
        wrong ? `${wrong} is chosen twice, or nothing is called that.` : 'Say what each column is.',
        {
          field: 'columns',
        },
      );
    }
    draft.message = file.name;
    const mapped = { ...file, columns };
    await review(tx, batchId, mapped);
    return tx.userBatch.update({
      where: { id: batchId },
      data: { file: { ...mapped }, version: { increment: 1 } },
      select: { id: true, version: true },
    });
  },
);

/**
 * Imports a file that was reviewed: what was listed is queued, what was refused stays so. A line that means something else by then than
 * was reviewed fails. @returns the batch, and how many lines are imported
 * @throws AppError `not_found`, `stale_version`, `conflict` (imported already), `invalid_input` (nothing to do)
 */
export const importUserFile = defineCommand(
  { id: 'importUserFile', permission: 'users.write', input: importUserFileSchema, event: 'user_batch_start' },
  async (tx, draft, { id: batchId, version: asLoaded, sendActivation }, actor) => {
    const { file } = await lockInReview(tx, batchId, asLoaded);
    draft.message = `Import ${file.name}`;
    draft.changes = { batch: { from: null, to: batchId } };
    await tx.$executeRaw`
      UPDATE user_batch_rows SET state = CASE WHEN plan ->> 'kind' = 'same' THEN 'skipped'::batch_row_state ELSE 'queued' END
      WHERE batch_id = ${batchId}::uuid AND state = 'listed'`;
    const changed = await tx.userBatchRow.count({ where: { batchId, state: 'queued' } });
    if (changed === 0) throw new AppError('invalid_input', 'No line of this file creates or changes anybody.');
    const saved = await tx.userBatch.update({
      where: { id: batchId },
      data: {
        state: 'running',
        file: { ...file, sendActivation },
        startedById: actor.id,
        startedByName: actor.name,
        startedByTokenId: actor.tokenId ?? null,
        version: { increment: 1 },
      },
      select: { id: true, version: true },
    });
    await enqueueBatch(tx, batchId);
    return { ...saved, changed };
  },
);

function assertReadable(head: CsvRow | undefined, lines: readonly CsvRow[]): void {
  const refuse = (message: string, hint: string) => new AppError('invalid_input', message, { field: 'text', hint });
  if (!head || lines.length === 0) {
    throw refuse(
      'This file holds nobody.',
      'Its first line says what the columns are, and each line below is a person.',
    );
  }
  if (lines.length > mostLines) {
    throw refuse(`This file has ${lines.length.toLocaleString('en')} lines, and 20,000 are possible.`, 'Split it.');
  }
  if (head.cells.length > mostColumns)
    throw refuse('This file has more than 100 columns.', 'Leave out what is not needed.');
}

async function lockInReview(tx: Tx, batchId: string, asLoaded: number): Promise<{ file: UserFile }> {
  await tx.$queryRaw`SELECT id FROM user_batches WHERE id = ${batchId}::uuid FOR NO KEY UPDATE`;
  const batch = await tx.userBatch.findUnique({ where: { id: batchId } });
  if (!batch?.file) throw new AppError('not_found', 'This file is not kept any more.');
  if (batch.state !== 'review') {
    throw new AppError('conflict', 'This file was imported already.', {
      hint: 'Open the page again to see how it went.',
    });
  }
  if (batch.version !== asLoaded) {
    throw new AppError('stale_version', 'Somebody else chose other columns in the meantime.', {
      details: { version: batch.version },
    });
  }
  return { file: fileOf(batch) };
}

/** What is kept of the file of a batch. */
export const fileOf = (batch: Pick<UserBatch, 'file'>): UserFile => batch.file as unknown as UserFile;

/** By what the lines of a file are understood. */
export async function contextOf(file: UserFile, tx: Tx = db): Promise<FileContext> {
  return { columns: file.columns, customAttributes: await readAttributeTypes(tx) };
}

/** Finds out of every line what it would do, some hundred at a time; of two that are about the same person, the second is refused. */
async function review(tx: Tx, batchId: string, file: UserFile): Promise<void> {
  const lines: Line[] = await tx.userBatchRow.findMany({
    where: { batchId },
    select: { no: true, cells: true },
    orderBy: { no: 'asc' },
  });
  const context = await contextOf(file, tx);
  const at = (field: string) => file.columns.indexOf(field);
  const folded = (line: Line, field: string) => storedName((line.cells[at(field)] ?? '').trim());
  const firstLine = new Map<string, number>();
  const managers = new Map<string, string>();
  for (const line of lines) {
    for (const name of [folded(line, 'username'), folded(line, 'email')]) {
      if (!name) continue;
      if (!firstLine.has(name)) firstLine.set(name, line.no);
      const manager = folded(line, 'manager');
      if (manager) managers.set(name, manager);
    }
  }
  const inFile = { ...context, inFile: new Set(firstLine.keys()) };
  for (let from = 0; from < lines.length; from += linesAtOnce) {
    const part = lines.slice(from, from + linesAtOnce);
    const rows = (await planLines(tx, part, inFile)).map((planned, index) => {
      const line = part[index];
      const names = line ? [folded(line, 'username'), folded(line, 'email')].filter(Boolean) : [];
      const earlier = names.map((name) => firstLine.get(name) ?? 0).find((no) => no > 0 && no < planned.no);
      const error = earlier
        ? { code: 'already_exists', message: `Line ${earlier} is about the same person, or has one of the names.` }
        : 'error' in planned
          ? planned.error
          : null;
      return {
        no: planned.no,
        name: planned.name,
        error,
        plan: error || 'error' in planned ? null : planned.plan,
        user_id: error || 'error' in planned ? null : (planned.before?.id ?? null),
        turn: depthOf(names[0], managers),
      };
    });
    await tx.$executeRaw`
      UPDATE user_batch_rows t SET name = r.name, error = r.error, plan = r.plan, user_id = r.user_id, turn = r.turn,
        state = CASE WHEN r.error IS NULL THEN 'listed'::batch_row_state ELSE 'refused' END
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r(no int, name text, error jsonb, plan jsonb, user_id uuid, turn int)
      WHERE t.batch_id = ${batchId}::uuid AND t.no = r.no`;
  }
}

/** How many managers somebody has above them in the file: they come first. */
function depthOf(name: string | undefined, managers: ReadonlyMap<string, string>): number {
  let depth = 0;
  for (let at = managers.get(name ?? ''); at && depth < 30; at = managers.get(at)) depth += 1;
  return depth;
}
