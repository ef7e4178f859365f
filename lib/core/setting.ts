import { z } from 'zod';
import { sameJson } from './same-json';
import { severalLines, singleLine } from './text';

/** One, several: "minute", "minutes". */
export type Unit = readonly [one: string, several: string];

/** How a setting is edited. `own`: by a control that its screen has for it alone. */
export type Control =
  | { kind: 'line'; mono?: true; type?: 'url' | 'date' }
  | { kind: 'lines'; rows: number }
  | { kind: 'number'; unit: Unit; zero?: string }
  | { kind: 'switch' }
  | { kind: 'check' }
  | { kind: 'choice'; options: readonly { value: string; label: string; help?: string }[] }
  | { kind: 'own' };

/**
 * A setting, said once. Form, comparison with what somebody else saved, API, event and docs/settings.md follow from it.
 */
export interface Setting<T> {
  label: string;
  /** Under its control, and in the description of the API. */
  help?: string;
  control: Control;
  /** Cannot be left empty. */
  required: boolean;
  /** What may be saved. */
  schema: z.ZodType<T, T>;
  /** What may stand in the database: of the right type, whatever rule was made since. */
  stored: z.ZodType<T, T>;
  /** What holds where nobody said anything. */
  initial: T;
  /** Is queried, and has a column of its own ({@link inColumn}); the others are one value of jsonb, and need no migration. */
  column?: true;
}

/** The settings of one form, by name. The order is that of the form. */
export type Settings = Readonly<Record<string, Setting<unknown>>>;
type ValueOf<S> = S extends Setting<infer T> ? T : never;
export type ValuesOf<S extends Settings> = { [Name in keyof S]: ValueOf<S[Name]> };
type ColumnsOf<S extends Settings> = {
  [Name in keyof S as S[Name] extends { column: true } ? Name : never]: ValueOf<S[Name]>;
};

interface Words {
  label: string;
  help?: string;
}

/** Text of one line. @param max characters */
export function lineSetting(
  words: Words & { max: number; required?: string; initial?: string; control?: { mono?: true; type?: 'url' | 'date' } },
): Setting<string> {
  const { label, help, max, required, initial = '', control } = words;
  const text = singleLine(label).max(max, `At most ${max.toLocaleString('en')} characters`);
  return {
    ...spoken(label, help),
    control: { kind: 'line', ...control },
    required: required !== undefined,
    schema: required === undefined ? text : text.min(1, required),
    stored: z.string(),
    initial,
  };
}

/** An e-mail address, or none. */
export function emailSetting(words: Words): Setting<string> {
  const setting = lineSetting({ ...words, max: 254 });
  const isAddress = (text: string) => text === '' || z.email().safeParse(text).success;
  return { ...setting, schema: setting.schema.refine(isAddress, 'Enter an e-mail address, as it@acme.example') };
}

/** Text of several lines. @param max characters */
export function linesSetting(words: Words & { max: number; rows?: number; initial?: string }): Setting<string> {
  const { label, help, max, rows = 2, initial = '' } = words;
  return {
    ...spoken(label, help),
    control: { kind: 'lines', rows },
    required: false,
    schema: severalLines(label).max(max, `At most ${max.toLocaleString('en')} characters`),
    stored: z.string(),
    initial,
  };
}

/** A whole number within bounds. @param atMost what the upper bound is in other words: "30 days" @param zero what 0 means: "No limit" */
export function numberSetting(
  words: Words & { unit: Unit; min: number; max: number; atMost?: string; zero?: string; initial: number },
): Setting<number> {
  const { label, help, unit, min, max, atMost, zero, initial } = words;
  const [, several] = unit;
  return {
    ...spoken(label, help),
    control: { kind: 'number', unit, ...(zero ? { zero } : {}) },
    required: true,
    schema: z
      .number(`Enter a number of ${several}`)
      .int(`Enter whole ${several}`)
      .min(min, `At least ${withUnit(min, unit)}`)
      .max(max, `At most ${withUnit(max, unit)}${atMost ? `, which is ${atMost}` : ''}`),
    stored: z.number().int(),
    initial,
  };
}

/** On or off. */
export function switchSetting(words: Words & { control?: 'switch' | 'check'; initial: boolean }): Setting<boolean> {
  const { label, help, control: kind = 'switch', initial } = words;
  return {
    ...spoken(label, help),
    control: { kind },
    required: false,
    schema: z.boolean(),
    stored: z.boolean(),
    initial,
  };
}

/** One of a few. */
export function choiceSetting<const Value extends string>(
  words: Words & { options: readonly { value: Value; label: string; help?: string }[]; initial: NoInfer<Value> },
): Setting<Value> {
  const { label, help, options, initial } = words;
  const schema = z.enum(options.map(({ value }) => value) as [Value, ...Value[]]) as z.ZodType<Value, Value>;
  return {
    ...spoken(label, help),
    control: { kind: 'choice', options },
    required: true,
    schema,
    stored: schema,
    initial,
  };
}

/** Of a type of its own, with a control of its own on its screen. */
export function ownSetting<T>(
  words: Words & { schema: z.ZodType<T, T>; stored: z.ZodType<T, T>; initial: T },
): Setting<T> {
  return { control: { kind: 'own' }, required: false, ...words };
}

/** A setting that is queried: its column has its name. */
export function inColumn<S extends Setting<unknown>>(setting: S): S & { column: true } {
  return { ...setting, column: true };
}

const spoken = (label: string, help: string | undefined) => ({ label, ...(help ? { help } : {}) });

/** Members of the schema of an input. */
export function inputShape<S extends Settings>(settings: S) {
  return mapSettings(settings, (setting) => described(setting, setting.schema)) as {
    [Name in keyof S]: z.ZodType<ValueOf<S[Name]>, ValueOf<S[Name]>>;
  };
}

/** The same, of something new: what is left out is as it is at first. */
export function creationShape<S extends Settings>(settings: S) {
  return mapSettings(settings, (setting) => described(setting, setting.schema).default(setting.initial)) as {
    [Name in keyof S]: z.ZodDefault<z.ZodType<ValueOf<S[Name]>, ValueOf<S[Name]>>>;
  };
}

/** Members of the schema of an input that may leave any of them as it is, or take back (null) what was set. */
export function partialShape<S extends Settings>(settings: S) {
  return mapSettings(settings, (setting) => described(setting, setting.schema).nullable().optional()) as {
    [Name in keyof S]: z.ZodOptional<z.ZodNullable<z.ZodType<ValueOf<S[Name]>, ValueOf<S[Name]>>>>;
  };
}

/** Who says what a value is, for the schema of an answer. */
export const originSchema = z.enum(['administrator', 'learned', 'template', 'default']);

/** Members of the schema of an answer that tells where each value is from. */
export function toldShape<S extends Settings>(settings: S) {
  return mapSettings(settings, (setting) =>
    z.object({ value: described(setting, setting.stored), origin: originSchema }),
  ) as { [Name in keyof S]: z.ZodObject<{ value: z.ZodType<ValueOf<S[Name]>>; origin: typeof originSchema }> };
}

/** Members of the schema of an answer. */
export function answerShape<S extends Settings>(settings: S) {
  return mapSettings(settings, (setting) => described(setting, setting.stored)) as {
    [Name in keyof S]: z.ZodType<ValueOf<S[Name]>, ValueOf<S[Name]>>;
  };
}

function described(setting: Setting<unknown>, schema: z.ZodType): z.ZodType {
  return schema.describe(setting.help ? `${setting.label}. ${setting.help}` : `${setting.label}.`);
}

/** Who says what, the strongest first: what an administrator set goes before what was learned, and that before the template. */
const layers = ['administrator', 'learned', 'template'] as const;
export type Origin = (typeof layers)[number] | 'default';
/** What each of them says; of a member that it does not say, or not in the right type, the next one is asked. */
export type Layers = Partial<Record<(typeof layers)[number], unknown>>;

export interface Told<T> {
  value: T;
  origin: Origin;
}

/** Each setting with where its value is from. */
export function resolveSettings<S extends Settings>(
  settings: S,
  said: Layers,
): { [Name in keyof S]: Told<ValueOf<S[Name]>> } {
  return mapSettings(settings, (setting, name): Told<unknown> => {
    for (const origin of layers) {
      const values = said[origin];
      if (typeof values !== 'object' || values === null || !Object.hasOwn(values, name)) continue;
      const parsed = setting.stored.safeParse((values as Record<string, unknown>)[name]);
      if (parsed.success) return { value: parsed.data, origin };
    }
    return { value: setting.initial, origin: 'default' };
  }) as { [Name in keyof S]: Told<ValueOf<S[Name]>> };
}

/** The values alone. */
export function valuesOf<S extends Settings>(settings: S, said: Layers = {}): ValuesOf<S> {
  const told: Record<string, Told<unknown>> = resolveSettings(settings, said);
  return mapSettings(settings, (_setting, name) => told[name]?.value) as ValuesOf<S>;
}

/**
 * The settings of a row: those with a column from there, the others from its `settings`.
 * @param below what holds where the administrator said nothing
 */
export function settingsOf<S extends Settings>(
  settings: S,
  row: ColumnsOf<S> & { settings: unknown },
  below: Omit<Layers, 'administrator'> = {},
): ValuesOf<S> {
  const values: Record<string, unknown> = valuesOf(settings, { ...below, administrator: row.settings });
  return mapSettings(settings, (setting, name) =>
    setting.column ? (row as Record<string, unknown>)[name] : values[name],
  ) as ValuesOf<S>;
}

/** The settings among whatever else is told of a thing. */
export function pickSettings<S extends Settings>(settings: S, from: ValuesOf<S>): ValuesOf<S> {
  return mapSettings(settings, (_setting, name) => from[name]) as ValuesOf<S>;
}

type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

/**
 * Values as their row holds them. What would hold anyhow is not the administrator's, and is left out: where the default, or
 * what is learned, becomes another one, it does so here, too.
 * @param below as in {@link settingsOf}
 */
export function toRow<S extends Settings>(
  settings: S,
  values: ValuesOf<S>,
  below: Omit<Layers, 'administrator'> = {},
): ColumnsOf<S> & { settings: { [name: string]: Json } } {
  const anyhow: Record<string, unknown> = valuesOf(settings, below);
  const entries = Object.entries(settings).map(([name, { column }]) => ({ name, column, value: values[name] }));
  const columns = entries.filter(({ column }) => column);
  const others = entries.filter(({ name, column, value }) => !column && !sameJson(value, anyhow[name]));
  const toObject = (list: typeof entries) => Object.fromEntries(list.map(({ name, value }) => [name, value]));
  return { ...toObject(columns), settings: toObject(others) } as ColumnsOf<S> & { settings: { [name: string]: Json } };
}

/** A value in words: "12 days", "yes", a choice's label; undefined where there is nothing better than the value. */
export function inWords({ control }: Setting<unknown>, value: unknown): string | undefined {
  if (control.kind === 'number' && value === 0 && control.zero) return control.zero;
  if (control.kind === 'number' && typeof value === 'number') return withUnit(value, control.unit);
  if (control.kind === 'choice') return control.options.find((option) => option.value === value)?.label;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return undefined;
}

function withUnit(value: number, [one, several]: Unit): string {
  return `${value.toLocaleString('en')} ${value === 1 ? one : several}`;
}

function mapSettings<T>(settings: Settings, map: (setting: Setting<unknown>, name: string) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(settings).map(([name, setting]) => [name, map(setting, name)]));
}
