import { ExpressionError, type Span } from '@/lib/mappings/expression-error';

/** One value of a simple attribute. */
export type Scalar = string | number | boolean;

/** One value of a complex attribute, such as a role: sub-attribute to value. */
export type ComplexValue = Readonly<Record<string, Scalar | null>>;

/** What a property holds and what an expression gives. `null` is "no value". */
export type Value = Scalar | null | ComplexValue | readonly (Scalar | ComplexValue)[];

/** No text that an expression builds is longer, in UTF-16 units; a mapping is not a way to fill the memory. */
export const maxTextLength = 8_192;

/** No list that an expression builds has more values. */
export const maxListLength = 1_000;

export function isList(value: Value): value is readonly (Scalar | ComplexValue)[] {
  return Array.isArray(value);
}

/** Null, the empty text and the empty list: what an application would be told nothing with. */
export function isEmpty(value: Value | undefined): boolean {
  return value === undefined || value === null || value === '' || (isList(value) && value.length === 0);
}

/**
 * The value as text, booleans written `True` and `False` as Entra writes them, so that pasted Switch keys match.
 * A list of one counts as its value.
 * @throws ExpressionError for several values or a complex one: silently taking one of them would be a guess.
 */
export function toText(value: Value, span: Span): string | null {
  if (value === null) return null;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  if (isList(value)) {
    const [first = null, ...rest] = value;
    if (rest.length === 0) return toText(first, span);
    throw new ExpressionError(
      `This has ${value.length} values. Use Item(…, 1) for one or Join(", ", …) for all.`,
      span,
    );
  }
  throw new ExpressionError('This is a complex value and cannot be used as text.', span);
}
