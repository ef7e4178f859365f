import type pg from 'pg';
import { pool, signInPool, surroundingTransaction } from './client';
import type { Prisma } from './generated/client';

/** A statement that is asked so often that PostgreSQL plans it once for each connection. The text never changes. */
export interface Statement {
  name: string;
  text: string;
  /** Of a sign-in at an application: it has connections of its own. */
  isOfSignIn?: true;
}

const attempts = 4;

/**
 * Runs one statement past Prisma, which costs more than the statement where there is only one: a transaction of its own, or
 * a part of the one around it ({@link surroundingTransaction}). Alone, it is run again (up to 4 times) when PostgreSQL gave it
 * up for a conflict or a deadlock.
 * @throws what the database refuses; {@link isUniqueViolation} tells
 */
export async function runStatement<Row extends pg.QueryResultRow>(
  { name, text, isOfSignIn }: Statement,
  values: readonly unknown[],
): Promise<Row[]> {
  const tx = surroundingTransaction();
  if (tx) return tx.$queryRawUnsafe<Row[]>(text, ...values);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return (await (isOfSignIn ? signInPool : pool).query<Row>({ name, text, values: [...values] })).rows;
    } catch (error) {
      if (attempt === attempts || !isGivenUp(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 20 * 2 ** attempt));
    }
  }
}

/**
 * A statement that is put together of pieces once and asked many times: putting it together costs more than the rest of what
 * is done for it here. @param build makes it of its values, whatever they are
 * @returns what asks it with values of the same names
 */
export function assembledOnce<Row extends pg.QueryResultRow, Name extends string>(
  name: string,
  names: readonly Name[],
  build: (values: Readonly<Record<Name, unknown>>) => Prisma.Sql,
  more: Pick<Statement, 'isOfSignIn'> = {},
): (values: Readonly<Record<Name, unknown>>) => Promise<Row[]> {
  let made: { text: string; order: readonly unknown[] } | undefined;
  return (values) => {
    if (!made) {
      // Each value is stood for by something that nothing else is, and found again by that.
      const marks = Object.fromEntries(names.map((key) => [key, { key }])) as unknown as Record<Name, { key: Name }>;
      const sql = build(marks);
      made = { text: sql.text, order: sql.values };
    }
    const isMark = (value: unknown): value is { key: Name } =>
      typeof value === 'object' && value !== null && 'key' in value;
    return runStatement<Row>(
      { name, text: made.text, ...more },
      made.order.map((value) => (isMark(value) ? values[value.key] : value)),
    );
  };
}

/** What PostgreSQL asks to try again: a serialization failure or a deadlock. */
export function isGivenUp(error: unknown): boolean {
  const code = codeOf(error);
  return code === '40001' || code === '40P01';
}

/** Whether a unique index refused what a statement was to write. */
export function isUniqueViolation(error: unknown): boolean {
  return codeOf(error) === '23505';
}

/** Whether a regular expression was refused. */
export function isInvalidPattern(error: unknown): boolean {
  return codeOf(error) === '2201B';
}

/** PostgreSQL's code; Prisma has it in the message alone. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return error.code === 'P2010' ? /Code: `(\w{5})`/.exec(error.message)?.[1] : String(error.code);
}

/**
 * A row as JSON, with the names of its columns; `columnsOf(row)` names them. What is undefined is left out.
 * @param row by the names of the Prisma schema
 */
export function toJsonRow(row: Readonly<Record<string, unknown>>): string {
  // A loop: the engine makes some kilobytes of it for every person.
  const named: Record<string, unknown> = {};
  for (const key of Object.keys(row)) named[columnOf(key)] = row[key];
  return JSON.stringify(named);
}

/** `INSERT INTO table (columns) SELECT columns`, for a row that is one parameter of JSON ({@link toJsonRow}). */
export function insertFrom(table: string, keys: readonly string[], parameter: string): { into: string; row: string } {
  const columns = keys.map((key) => `"${columnOf(key)}"`);
  return {
    into: `INSERT INTO ${table} (${columns.join(', ')}) SELECT ${columns.map((column) => `new_row.${column}`).join(', ')}`,
    row: `jsonb_populate_record(NULL::${table}, ${parameter}::jsonb) AS new_row`,
  };
}

/** The same for many rows: the parameter is one array of JSON ({@link toJsonRows}). */
export function insertAllFrom(table: string, keys: readonly string[], parameter: string): string {
  const columns = keys.map((key) => `"${columnOf(key)}"`).join(', ');
  return `INSERT INTO ${table} (${columns}) SELECT ${columns} FROM json_populate_recordset(NULL::${table}, ${parameter}::json)`;
}

/** Rows as one JSON text, with the names of their columns. */
export function toJsonRows(rows: readonly Readonly<Record<string, unknown>>[]): string {
  return `[${rows.map(toJsonRow).join(',')}]`;
}

const columns = new Map<string, string>();

/** As the schema maps it: `tokenHash` is token_hash. */
export function columnOf(key: string): string {
  const known = columns.get(key);
  if (known) return known;
  const column = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  columns.set(key, column);
  return column;
}

/** A row by the names of the Prisma schema: `due_at` is dueAt. */
export function fromRow<T>(row: Readonly<Record<string, unknown>>): T {
  const named: Record<string, unknown> = {};
  for (const column of Object.keys(row)) named[keyOf(column)] = row[column];
  return named as T;
}

const keys = new Map<string, string>();

function keyOf(column: string): string {
  const known = keys.get(column);
  if (known) return known;
  const key = column.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  keys.set(column, key);
  return key;
}
