import { type AttributePath, readAttributePath } from './attribute-path';
import { badRequest, type ScimErrorType } from './scim-error';

const comparisons = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'] as const;
export type Comparison = (typeof comparisons)[number];
export type FilterValue = string | number | boolean | null;

/** A filter of RFC 7644 §3.4.2.2, parsed. */
export type ScimFilter =
  | { kind: 'and' | 'or'; parts: ScimFilter[] }
  | { kind: 'not'; part: ScimFilter }
  | { kind: 'present'; path: AttributePath }
  | { kind: 'compare'; path: AttributePath; operator: Comparison; value: FilterValue }
  /** Some element of a list that passes; paths within are of the element. */
  | { kind: 'some'; path: AttributePath; filter: ScimFilter };

/** Characters of a filter at most. */
const maxLength = 4_000;
/** Comparisons of a filter at most, and parentheses within each other. */
const maxParts = 100;
const maxDepth = 20;

const token = /\s+|[()[\]]|"(?:[^"\\]|\\.)*"|[^\s()[\]"]+/gy;

/**
 * Parses a filter; attribute names and operators in any case. Beyond the grammar, a sub-attribute may follow a value path:
 * `emails[type eq "work"].value eq "a@b.c"`, as clients write it.
 * @throws ScimError 400 invalidFilter: no filter, longer than 4,000 characters, more than 100 comparisons
 */
export function parseFilter(text: string): ScimFilter {
  const reader = new Reader(text, 'invalidFilter');
  const filter = readOr(reader, 0);
  if (reader.peek() !== undefined) throw reader.unexpected();
  return filter;
}

/** Where an operation of PATCH goes (RFC 7644 §3.5.2): `emails[type eq "work"].value`. */
export interface PatchPath extends AttributePath {
  filter?: ScimFilter;
}

/** @throws ScimError 400 invalidPath, or invalidFilter where what stands in brackets is none */
export function parsePatchPath(text: string): PatchPath {
  const reader = new Reader(text.trim(), 'invalidPath');
  const path = reader.path();
  if (reader.peek() !== '[') {
    if (reader.peek() !== undefined) throw reader.unexpected();
    return path;
  }
  if (path.sub !== undefined || path.attribute === undefined) throw reader.unexpected();
  reader.next();
  reader.mistake = 'invalidFilter';
  const filter = readOr(reader, 0);
  reader.expect(']');
  reader.mistake = 'invalidPath';
  const sub = reader.peek() === undefined ? undefined : reader.sub();
  if (reader.peek() !== undefined) throw reader.unexpected();
  return { ...path, filter, ...(sub === undefined ? {} : { sub }) };
}

function readOr(reader: Reader, depth: number): ScimFilter {
  return readList(reader, 'or', () => readList(reader, 'and', () => readOne(reader, depth)));
}

function readList(reader: Reader, word: 'and' | 'or', read: () => ScimFilter): ScimFilter {
  const first = read();
  const parts = [first];
  while (reader.peek()?.toLowerCase() === word) {
    reader.next();
    parts.push(read());
  }
  return parts.length === 1 ? first : { kind: word, parts };
}

function readOne(reader: Reader, depth: number): ScimFilter {
  if (depth > maxDepth) throw badRequest(reader.mistake, `More than ${maxDepth} parentheses within each other.`);
  const next = reader.peek();
  if (next === '(') return readGroup(reader, depth);
  if (next?.toLowerCase() === 'not') {
    reader.next();
    return { kind: 'not', part: readGroup(reader, depth) };
  }
  const path = reader.path();
  if (reader.peek() !== '[') return readComparison(reader, path);
  reader.next();
  const filter = readOr(reader, depth + 1);
  reader.expect(']');
  if (!reader.peek()?.startsWith('.')) return { kind: 'some', path, filter };
  const after = readComparison(reader, { attribute: reader.sub() });
  return { kind: 'some', path, filter: { kind: 'and', parts: [filter, after] } };
}

function readGroup(reader: Reader, depth: number): ScimFilter {
  reader.expect('(');
  const filter = readOr(reader, depth + 1);
  reader.expect(')');
  return filter;
}

function readComparison(reader: Reader, path: AttributePath): ScimFilter {
  reader.count();
  const operator = reader.next().toLowerCase();
  if (operator === 'pr') return { kind: 'present', path };
  const known = comparisons.find((one) => one === operator);
  if (!known) throw badRequest(reader.mistake, `“${operator.slice(0, 20)}” is no operator of a filter.`);
  return { kind: 'compare', path, operator: known, value: reader.value() };
}

class Reader {
  readonly #tokens: string[] = [];
  #at = 0;
  #parts = 0;

  constructor(
    text: string,
    public mistake: ScimErrorType,
  ) {
    if (text.length > maxLength) throw badRequest(mistake, `More than ${maxLength} characters.`);
    let end = 0;
    for (const match of text.matchAll(token)) {
      end = match.index + match[0].length;
      if (match[0].trim() !== '') this.#tokens.push(match[0]);
    }
    if (end !== text.length) throw badRequest(mistake, `What stands at character ${end + 1} cannot be read.`);
    if (this.#tokens.length === 0) throw badRequest(mistake, 'It is empty.');
  }

  peek(): string | undefined {
    return this.#tokens[this.#at];
  }

  next(): string {
    const found = this.#tokens[this.#at];
    if (found === undefined) throw this.unexpected();
    this.#at += 1;
    return found;
  }

  expect(wanted: string): void {
    if (this.peek() !== wanted) throw this.unexpected();
    this.#at += 1;
  }

  count(): void {
    this.#parts += 1;
    if (this.#parts > maxParts) throw badRequest(this.mistake, `More than ${maxParts} comparisons.`);
  }

  path(): AttributePath {
    const text = this.peek();
    const path = text === undefined ? undefined : readAttributePath(text);
    if (!path) throw this.unexpected();
    this.#at += 1;
    return path;
  }

  /** `.value`, after brackets. */
  sub(): string {
    const text = this.next();
    const path = text.startsWith('.') ? readAttributePath(text.slice(1)) : undefined;
    if (path?.attribute === undefined || path.sub !== undefined || path.schema !== undefined) throw this.unexpected(-1);
    return path.attribute;
  }

  value(): FilterValue {
    const text = this.next();
    try {
      const value: unknown = JSON.parse(/^(true|false|null)$/i.test(text) ? text.toLowerCase() : text);
      if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return value as FilterValue;
    } catch {
      // Told below.
    }
    throw badRequest(this.mistake, 'A value is text in double quotes, a number, true, false or null.');
  }

  unexpected(back = 0) {
    const found = this.#tokens[this.#at + back];
    const what = found === undefined ? 'It ends too early' : `“${found.slice(0, 40)}” does not belong there`;
    return badRequest(this.mistake, `${what}.`);
  }
}
