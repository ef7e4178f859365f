import { storedName } from '@/lib/core/fold-name';
import type { Tx } from '@/lib/db/client';
import type { User } from '@/lib/db/generated/client';
import { findUsersByNames } from '@/lib/directory/find-user-by-name';
import { type UserValues, userValuesSchema } from '@/lib/directory/schema';
import { columnsOf, toColumns } from '@/lib/directory/user-columns';
import { changesBetween } from '@/lib/events/schema';
import type { RowPlan } from '../queries';
import type { RowError } from '../schema';
import { type FileContext, readCells } from './read-cells';

/** A line of a file. */
export interface Line {
  no: number;
  cells: readonly string[];
}

/** What a line means, or why it means nothing. */
export type PlannedLine = { no: number; name: string } & (
  | { error: RowError }
  | { plan: RowPlan; values: UserValues; before: User | undefined }
);

const refused = (message: string, hint?: string): { error: RowError } => ({
  error: { code: 'invalid_input', message, ...(hint ? { hint } : {}) },
});

/** What lines would do to the directory as it is now: at most some hundred, by three statements. Saves nothing. */
export async function planLines(tx: Tx, lines: readonly Line[], context: FileContext): Promise<PlannedLine[]> {
  const read = lines.map((line) => ({ line, fields: readCells(line.cells, context) }));
  const names = read.flatMap(({ fields: { values } }) =>
    [values.username, values.email, values.manager].filter((one) => one !== undefined),
  );
  const holders = await findUsersByNames(names, tx);
  const idOf = (name: string | undefined) => (name === undefined ? undefined : holders.get(storedName(name)));
  const people = await tx.user.findMany({ where: { id: { in: [...new Set(holders.values())] } } });
  const byId = new Map(people.map((user) => [user.id, user]));
  return read.map(({ line: { no }, fields }) => {
    const { values, customAttributes } = fields;
    const name =
      values.displayName ??
      ([values.firstname, values.lastname].filter(Boolean).join(' ') || values.username || values.email || '');
    if (fields.problem) return { no, name, ...refused(fields.problem) };
    const [ofUsername, ofEmail] = [idOf(values.username), idOf(values.email)];
    if (ofUsername && ofEmail && ofUsername !== ofEmail) {
      return { no, name, ...refused('The username is one person’s and the e-mail address another’s.') };
    }
    const before = byId.get(ofUsername ?? ofEmail ?? '');
    const managerId = managerOf(values.manager, idOf, context.inFile);
    if (managerId === undefined)
      return { no, name, ...refused(`The manager “${values.manager}” is not in the directory.`) };
    const { manager: _manager, ...typed } = values;
    // A name by which somebody was found is not a change of how it is written.
    for (const key of ['username', 'email'] as const) {
      if (before && typed[key] !== undefined && storedName(typed[key]) === storedName(before[key])) delete typed[key];
    }
    const known = before ? columnsOf(before) : undefined;
    const parsed = userValuesSchema.safeParse({
      ...(known ?? {}),
      // A name that was made of first and last name follows them.
      ...(known?.displayName === `${known?.firstname} ${known?.lastname}` ? { displayName: null } : {}),
      ...typed,
      ...(managerId ? { managerId } : {}),
      customAttributes: { ...known?.customAttributes, ...customAttributes },
    });
    if (!parsed.success) return { no, name, ...refused(problemOf(parsed.error.issues[0])) };
    const { role: _role, ...columns } = toColumns({ ...parsed.data, role: known?.role ?? 'user' });
    const { role: _was, ...was } = known ?? { role: undefined };
    const changes = changesBetween(
      was,
      Object.fromEntries(Object.entries(columns).filter(([key, value]) => known || !isEmpty(key, value))),
    );
    const kind = !before ? 'create' : Object.keys(changes).length > 0 ? 'update' : 'same';
    return {
      no,
      name: columns.displayName,
      plan: { kind, changes: asTexts(changes) },
      values: { ...parsed.data, role: known?.role ?? 'user' },
      before,
    };
  });
}

const isEmpty = (key: string, value: unknown) =>
  value === null || (key === 'customAttributes' && Object.keys(value as object).length === 0);

/** Null: none; undefined: nobody of that name, here or in the file. */
function managerOf(
  name: string | undefined,
  idOf: (name: string) => string | undefined,
  inFile: ReadonlySet<string> | undefined,
): string | null | undefined {
  if (name === undefined) return null;
  return idOf(name) ?? (inFile?.has(storedName(name)) ? null : undefined);
}

function problemOf(issue: { path: PropertyKey[]; message: string } | undefined): string {
  if (!issue) return 'This line cannot be used.';
  const field = issue.path.map(String).join('.');
  return /^(Invalid input|Too)/.test(issue.message) ? `${field || 'A column'} is missing.` : issue.message;
}

function asTexts(changes: Record<string, { from?: unknown; to?: unknown }>): RowPlan['changes'] {
  const text = (value: unknown) =>
    value === null || value === undefined ? null : typeof value === 'string' ? value : JSON.stringify(value);
  return Object.fromEntries(
    Object.entries(changes).map(([field, { from, to }]) => [field, { from: text(from), to: text(to) }]),
  );
}
