import { now } from '@/lib/core/clock';
import { AppError } from '@/lib/core/errors';
import { foldName } from '@/lib/core/fold-name';
import { cleanLine } from '@/lib/core/text';
import type { NamedAttribute } from '@/lib/directory/attribute-definitions';
import { type UserValues, userValuesSchema } from '@/lib/directory/schema';
import { asTyped } from '@/lib/directory/typed-value';
import type { ImportedColumns } from '@/lib/directory/update-imported-user';
import type { AttributeType } from '@/lib/filters/check-filter';
import { evaluateExpression } from '@/lib/mappings/evaluate';
import type { Expression } from '@/lib/mappings/expression';
import { ExpressionError } from '@/lib/mappings/expression-error';
import { parseExpression } from '@/lib/mappings/parser';
import type { SourceRecord } from '@/lib/mappings/source';
import { type Scalar, toText } from '@/lib/mappings/value';
import type { ScimResource } from '@/lib/scim/path';
import { defaultReverseMappings, type ReverseMapping } from '../settings-schema';
import {
  type ComparedAttribute,
  customKey,
  keptAttributes,
  type PersonAttribute,
  personAttributeNames,
  type TakenAttribute,
  takenLabel,
} from '../taken-attributes';
import { accountRecord, type ListedAccount, textAt } from './account-record';

/** What is taken of accounts, read once for however many. */
export type Taking = readonly (ReverseMapping & { label: string; expression?: Expression; type?: AttributeType })[];

export interface Taken {
  values: Partial<Record<PersonAttribute, string | null>>;
  /** Custom attributes by name, each of its type. */
  custom: Record<string, Scalar | null>;
  /** Why an attribute gets nothing of this account. */
  problems: Partial<Record<TakenAttribute, string>>;
}

/**
 * @param custom definitions of the custom attributes that may be among them; one that is not defined is text
 * @throws ExpressionError where an expression cannot be read; what is stored was checked
 */
export function takingOf(
  mappings: readonly ReverseMapping[] = defaultReverseMappings,
  custom: readonly NamedAttribute[] = [],
): Taking {
  return mappings.map((mapping) => {
    const { attribute, kind, source } = mapping;
    const key = customKey(attribute);
    return {
      ...{ ...mapping, label: takenLabel(attribute, custom) },
      ...(key === undefined ? {} : { type: custom.find(({ name }) => name === key)?.type ?? 'string' }),
      ...(kind === 'expression' ? { expression: parseExpression(source) } : {}),
    };
  });
}

/**
 * What the directory takes over of an account, before anything is checked but the types of custom attributes. Texts are made one
 * line; a username or an e-mail address is another one if anything about it is changed, so that it is taken as it is or not at all.
 */
export function takenValues(row: ListedAccount, resource: ScimResource | undefined, taking: Taking): Taken {
  const taken: Taken = { values: {}, custom: {}, problems: {} };
  const record = taking.some(({ expression }) => expression) ? accountRecord(row, resource) : {};
  for (const mapping of taking) {
    const { attribute, type } = mapping;
    try {
      const text = givenText(mapping, row, resource, record);
      const key = customKey(attribute);
      if (key === undefined) taken.values[attribute as PersonAttribute] = text;
      else {
        const value = text ? asTyped(text, type) : null;
        if (text && value === undefined) taken.problems[attribute] = untyped(text, type);
        else taken.custom[key] = value ?? null;
      }
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      taken.problems[attribute] = error.message;
    }
  }
  return taken;
}

/** @throws ExpressionError */
function givenText(
  { attribute, kind, source, expression }: Taking[number],
  row: ListedAccount,
  resource: ScimResource | undefined,
  record: SourceRecord,
): string | null {
  if (kind === 'direct') return textAt(row, resource, source);
  if (!expression) return source;
  const text = toText(evaluateExpression(expression, record, { now: now() }), { position: 0, length: 0 });
  return text && (keptAttributes.includes(attribute) ? text : cleanLine(text) || null);
}

const untyped = (text: string, type: AttributeType | undefined) =>
  `“${text}” is ${type === 'boolean' ? 'neither yes nor no' : 'no number'}.`;

/**
 * The same as a person's form would hold it.
 * @throws AppError `invalid_input` that names the property, where the account has no usable value
 */
export function accountValues(row: ListedAccount, resource: ScimResource | undefined, taking: Taking): UserValues {
  const { values, custom, problems } = takenValues(row, resource, taking);
  assertNoProblem(problems, taking);
  const names = { username: '', email: '', firstname: '', lastname: '', ...values };
  return checked(userValuesSchema.safeParse({ ...names, customAttributes: saidOf(custom) }), taking);
}

/**
 * What an existing person takes over: never a name by which they sign in, and nothing that the account does not say.
 * @throws AppError `invalid_input` that names the property
 */
export function updatedValues(row: ListedAccount, resource: ScimResource | undefined, taking: Taking): ImportedColumns {
  const { values, custom, problems } = takenValues(row, resource, taking.filter(isTakenOver));
  assertNoProblem(problems, taking);
  const said: Record<string, unknown> = saidOf(values);
  const customAttributes = saidOf(custom);
  if (Object.keys(customAttributes).length > 0) said.customAttributes = customAttributes;
  const parsed: Record<string, unknown> = checked(userValuesSchema.partial().safeParse(said), taking);
  return Object.fromEntries(Object.keys(said).map((name) => [name, parsed[name]])) satisfies ImportedColumns;
}

/** As a person reads it; null: the account does not say it. */
export function shownValue({ values, custom }: Taken, attribute: TakenAttribute): string | null {
  const key = customKey(attribute);
  const value = key === undefined ? values[attribute as PersonAttribute] : custom[key];
  return value === null || value === undefined || value === '' ? null : String(value);
}

/** Without what the account does not say. */
function saidOf<T>(values: Readonly<Record<string, T | null | undefined>>): Record<string, T> {
  const isSaid = (entry: [string, T | null | undefined]): entry is [string, T] =>
    entry[1] !== null && entry[1] !== undefined && entry[1] !== '';
  return Object.fromEntries(Object.entries(values).filter(isSaid));
}

/** Whether *update* writes it. */
const isTakenOver = ({ attribute, onUpdate }: ReverseMapping) => onUpdate && !keptAttributes.includes(attribute);

type ComparedPerson = Readonly<Record<PersonAttribute, string | null> & { customAttributes: unknown }>;

/** What an account says beside what is known of a person, attribute by attribute, custom ones last. */
export function compareWith(person: ComparedPerson, { values, custom }: Taken, taking: Taking): ComparedAttribute[] {
  const takenOver = new Set(taking.filter(isTakenOver).map(({ attribute }) => attribute));
  const own = { ...(person.customAttributes as Record<string, Scalar>) };
  const ordered = [
    ...personAttributeNames.flatMap((name) => taking.find(({ attribute }) => attribute === name) ?? []),
    ...taking.filter(({ attribute }) => customKey(attribute) !== undefined),
  ];
  return ordered.flatMap(({ attribute: name, label }) => {
    const key = customKey(name);
    const account = (key === undefined ? values[name as PersonAttribute] : custom[key]) ?? '';
    if (account === '') return [];
    const before = (key === undefined ? person[name as PersonAttribute] || null : own[key]) ?? null;
    const agrees = before !== null && foldName(String(before)) === foldName(String(account));
    const texts = { person: before === null ? null : String(before), account: String(account) };
    return [{ name, label, ...texts, agrees, updates: before !== account && takenOver.has(name) }];
  });
}

interface Parsed<T> {
  success: boolean;
  data?: T;
  error?: { issues: readonly { message: string; path: PropertyKey[] }[] };
}

function checked<T>({ data, error }: Parsed<T>, taking: Taking): T {
  if (data !== undefined) return data;
  const [issue] = error?.issues ?? [];
  throw unusable(issue?.path.join('.') ?? '', issue?.message ?? 'The account has no usable values.', taking);
}

function assertNoProblem(problems: Taken['problems'], taking: Taking): void {
  for (const [field, message] of Object.entries(saidOf(problems))) throw unusable(field, message, taking);
}

function unusable(field: string, message: string, taking: Taking): AppError {
  const found = taking.find(({ attribute }) => attribute === field);
  const label = found ? `the ${found.type ? found.label : found.label.toLowerCase()}` : field;
  return new AppError('invalid_input', message, {
    field,
    hint: `Correct ${label} in the application and fetch again, or create the person by hand and link.`,
  });
}
