import type { TargetAttribute } from '@/lib/mappings/schema';
import { targetKey } from '@/lib/mappings/target';
import { type ComplexValue, isEmpty, isList, type Scalar, type Value } from '@/lib/mappings/value';

export type Coerced = { ok: true; value: Value } | { ok: false; message: string };
type Item = Scalar | ComplexValue;
type CoercedItem = { ok: true; value: Item } | { ok: false; message: string };

/**
 * The value in the type of the attribute that it is for: "False" becomes false, 5 becomes "5", one value of a
 * multi-valued attribute becomes a list. Empty texts and lists become null, because SCIM knows no difference between
 * them (RFC 7643 section 2.5).
 * @param attribute undefined for a target that is in no list; only `active` and `primary` have a type then
 */
export function coerceValue(value: Value, attribute: TargetAttribute | undefined, target: string): Coerced {
  if (isEmpty(value)) return { ok: true, value: null };
  const type = attribute?.type ?? (/(^|\.)(active|primary)$/.test(targetKey(target)) ? 'boolean' : undefined);
  const items = (isList(value) ? value : [value]).map((item) => coerceItem(item as Item, type, attribute));
  const refused = items.find((item) => !item.ok);
  if (refused && !refused.ok) return refused;
  const values = items.flatMap((item) => (item.ok ? [item.value] : []));
  if (attribute?.multiValued ?? isList(value)) return { ok: true, value: values };
  const [first = null] = values;
  if (values.length === 1) return { ok: true, value: first };
  return {
    ok: false,
    message: `${target} takes one value, here are ${values.length}. Use Item(…, 1) or Join(", ", …).`,
  };
}

function coerceItem(
  item: Item,
  type: TargetAttribute['type'] | undefined,
  attribute: TargetAttribute | undefined,
): CoercedItem {
  if (type === 'complex') return { ok: true, value: typeof item === 'object' ? item : { value: item } };
  if (type === undefined) return { ok: true, value: item };
  if (typeof item === 'object') return { ok: false, message: 'A complex value does not fit a simple attribute.' };
  if (type === 'boolean') return toBoolean(item);
  if (type === 'integer') return toInteger(item);
  if (type === 'decimal') return toDecimal(item);
  if (type === 'dateTime') return toDateTime(item);
  const text = typeof item === 'boolean' ? (item ? 'True' : 'False') : String(item);
  return { ok: true, value: canonical(text, attribute) };
}

function toBoolean(item: Scalar): CoercedItem {
  const text = String(item).trim().toLowerCase();
  if (text === 'true' || text === '1') return { ok: true, value: true };
  if (text === 'false' || text === '0') return { ok: true, value: false };
  return { ok: false, message: `"${shown(item)}" is neither True nor False.` };
}

function toInteger(item: Scalar): CoercedItem {
  const number =
    typeof item === 'number' ? item : /^\s*[+-]?\d{1,16}\s*$/.test(String(item)) ? Number(item) : Number.NaN;
  if (Number.isInteger(number)) return { ok: true, value: number };
  return { ok: false, message: `"${shown(item)}" is not a whole number.` };
}

function toDecimal(item: Scalar): CoercedItem {
  const number =
    typeof item === 'number'
      ? item
      : /^\s*[+-]?(?:\d{1,16}(?:\.\d{0,16})?|\.\d{1,16})\s*$/.test(String(item))
        ? Number(item)
        : Number.NaN;
  if (Number.isFinite(number)) return { ok: true, value: number };
  return { ok: false, message: `"${shown(item)}" is not a number.` };
}

/** An xsd:dateTime (RFC 7643 section 2.3.5), sent as it is written. */
function toDateTime(item: Scalar): CoercedItem {
  const text = String(item).trim();
  const written = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})?$/.test(text);
  if (written && !Number.isNaN(Date.parse(text))) return { ok: true, value: text };
  return { ok: false, message: `"${shown(item)}" is no date and time such as 2026-01-31T08:00:00Z.` };
}

/** In the attribute's own writing where case does not matter to it. */
function canonical(text: string, attribute: TargetAttribute | undefined): string {
  if (!attribute || attribute.caseSensitive) return text;
  return attribute.canonicalValues?.find((value) => value.toLowerCase() === text.toLowerCase()) ?? text;
}

function shown(item: Scalar): string {
  const text = String(item);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
