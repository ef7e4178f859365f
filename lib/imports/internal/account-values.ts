import { now } from '@/lib/core/clock';
import { AppError } from '@/lib/core/errors';
import { foldName } from '@/lib/core/fold-name';
import { cleanLine } from '@/lib/core/text';
import { type UserValues, userValuesSchema } from '@/lib/directory/schema';
import type { ImportedColumns } from '@/lib/directory/update-imported-user';
import { evaluateExpression } from '@/lib/mappings/evaluate';
import type { Expression } from '@/lib/mappings/expression';
import { ExpressionError } from '@/lib/mappings/expression-error';
import { parseExpression } from '@/lib/mappings/parser';
import { toText } from '@/lib/mappings/value';
import type { ScimResource } from '@/lib/scim/path';
import { defaultReverseMappings, type ReverseMapping } from '../settings-schema';
import {
  type ComparedAttribute,
  keptAttributes,
  type TakenAttribute,
  takenAttributeNames,
  takenAttributes,
} from '../taken-attributes';
import { accountRecord, type ListedAccount, textAt } from './account-record';

/** What is taken of accounts, read once for however many. */
export type Taking = readonly (ReverseMapping & { expression?: Expression })[];

export type TakenValues = Partial<Record<TakenAttribute, string | null>>;
interface Taken {
  values: TakenValues;
  /** Why an expression gives nothing for this account. */
  problems: Partial<Record<TakenAttribute, string>>;
}

/** @throws ExpressionError where an expression cannot be read; what is stored was checked */
export function takingOf(mappings: readonly ReverseMapping[] = defaultReverseMappings): Taking {
  return mappings.map((mapping) =>
    mapping.kind === 'expression' ? { ...mapping, expression: parseExpression(mapping.source) } : mapping,
  );
}

/**
 * What the directory takes over of an account, before anything is checked. Texts are made one line; a username or an e-mail
 * address is another one if anything about it is changed, so that it is taken as it is or not at all.
 */
export function takenValues(row: ListedAccount, resource: ScimResource | undefined, taking: Taking): Taken {
  const taken: Taken = { values: {}, problems: {} };
  const record = taking.some(({ expression }) => expression) ? accountRecord(row, resource) : {};
  for (const { attribute, kind, source, expression } of taking) {
    if (kind === 'direct') taken.values[attribute] = textAt(row, resource, source);
    else if (!expression) taken.values[attribute] = source;
    else {
      try {
        const text = toText(evaluateExpression(expression, record, { now: now() }), { position: 0, length: 0 });
        taken.values[attribute] = text && (keptAttributes.includes(attribute) ? text : cleanLine(text) || null);
      } catch (error) {
        if (!(error instanceof ExpressionError)) throw error;
        taken.problems[attribute] = error.message;
      }
    }
  }
  return taken;
}

/**
 * The same as a person's form would hold it.
 * @throws AppError `invalid_input` that names the property, where the account has no usable value
 */
export function accountValues(row: ListedAccount, resource: ScimResource | undefined, taking: Taking): UserValues {
  const { values, problems } = takenValues(row, resource, taking);
  assertNoProblem(problems);
  return checked(userValuesSchema.safeParse({ username: '', email: '', firstname: '', lastname: '', ...values }));
}

/**
 * What an existing person takes over: never a name by which they sign in, and nothing that the account does not say.
 * @throws AppError `invalid_input` that names the property
 */
export function updatedValues(row: ListedAccount, resource: ScimResource | undefined, taking: Taking): ImportedColumns {
  const { values, problems } = takenValues(row, resource, taking.filter(isTakenOver));
  assertNoProblem(problems);
  const said = Object.entries(values).filter(([, value]) => value);
  const parsed = checked(userValuesSchema.partial().safeParse(Object.fromEntries(said)));
  return Object.fromEntries(said.map(([name]) => [name, parsed[name as TakenAttribute]])) satisfies ImportedColumns;
}

/** Whether *update* writes it. */
const isTakenOver = ({ attribute, onUpdate }: ReverseMapping) => onUpdate && !keptAttributes.includes(attribute);

/** What an account says beside what is known of a person, attribute by attribute. */
export function compareWith(
  person: Readonly<Record<TakenAttribute, string | null>>,
  { values }: Taken,
  taking: Taking,
): ComparedAttribute[] {
  const takenOver = new Set(taking.filter(isTakenOver).map(({ attribute }) => attribute));
  return takenAttributeNames.flatMap((name) => {
    const account = values[name];
    if (!account) return [];
    const before = person[name] || null;
    const agrees = before !== null && foldName(before) === foldName(account);
    return [{ name, person: before, account, agrees, updates: before !== account && takenOver.has(name) }];
  });
}

interface Parsed<T> {
  success: boolean;
  data?: T;
  error?: { issues: readonly { message: string; path: PropertyKey[] }[] };
}

function checked<T>({ data, error }: Parsed<T>): T {
  if (data !== undefined) return data;
  const [issue] = error?.issues ?? [];
  throw unusable(issue?.path.join('.') ?? '', issue?.message ?? 'The account has no usable values.');
}

function assertNoProblem(problems: Taken['problems']): void {
  for (const [field, message] of Object.entries(problems)) throw unusable(field, message);
}

function unusable(field: string, message: string): AppError {
  const label = field in takenAttributes ? `the ${takenAttributes[field as TakenAttribute].toLowerCase()}` : field;
  return new AppError('invalid_input', message, {
    field,
    hint: `Correct ${label} in the application and fetch again, or create the person by hand and link.`,
  });
}
