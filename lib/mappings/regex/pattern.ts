/**
 * A small engine for the regular expressions that administrators type. The host's engine can be made to run for
 * minutes by one pattern and one value; this one counts its steps and gives up (see match.ts). Syntax: what .NET and
 * JavaScript have in common, with named groups, lazy quantifiers, lookahead and back-references; no lookbehind.
 */
export type PatternNode =
  /** One character: `items` and `negated` say which, `test` asks. */
  | { type: 'set'; items: readonly SetItem[]; negated: boolean; test: (character: string) => boolean }
  | { type: 'assert'; kind: '^' | '$' | 'b' | 'B' }
  | { type: 'sequence'; parts: PatternNode[] }
  | { type: 'choice'; options: PatternNode[] }
  | { type: 'repeat'; part: PatternNode; min: number; max: number; lazy: boolean }
  | { type: 'group'; index: number; part: PatternNode }
  | { type: 'look'; negated: boolean; part: PatternNode }
  | { type: 'back'; group: number | string };

/** Characters from one to another, those of `\d` and the like, or those of a Unicode category. */
export type SetItem =
  | { from: string; to: string }
  | { class: 'd' | 'D' | 'w' | 'W' | 's' | 'S' }
  | { category: string; negated: boolean };

export interface Pattern {
  root: PatternNode;
  groupCount: number;
  names: ReadonlyMap<string, number>;
  ignoreCase: boolean;
}

/** The pattern cannot be used; `position` is the offset in it. */
export class PatternError extends Error {
  readonly position: number;

  constructor(message: string, position: number) {
    super(message);
    this.name = 'PatternError';
    this.position = position;
  }
}

const maxPatternLength = 1_000;
const maxNesting = 32;
const maxCount = 1_000;

const isDigit = (c: string) => c >= '0' && c <= '9';
const isWordCharacter = (c: string) => /^\w$/.test(c);
const isSpace = (c: string) => /^\s$/.test(c);
const controls: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  f: '\f',
  v: '\v',
  '0': '\0',
  e: '\x1b',
};

const literal = (character: string): SetItem => ({ from: character, to: character });
const codeOf = (character: string) => character.codePointAt(0) ?? -1;
const categoryTest = (name: string) => new RegExp(`^\\p{${name}}$`, 'u');
const classes: Readonly<Record<string, (c: string) => boolean>> = {
  d: isDigit,
  D: (c) => !isDigit(c),
  w: isWordCharacter,
  W: (c) => !isWordCharacter(c),
  s: isSpace,
  S: (c) => !isSpace(c),
};
const never = () => false;

function testOf(item: SetItem, ignoreCase: boolean): (c: string) => boolean {
  if ('class' in item) return classes[item.class] ?? never;
  if ('category' in item) {
    const category = categoryTest(item.category);
    return (c) => category.test(c) !== item.negated;
  }
  const { from, to } = item;
  if (from === to) {
    if (!ignoreCase) return (c) => c === from;
    const folded = from.toLowerCase();
    return (c) => c.toLowerCase() === folded;
  }
  const [low, high] = [codeOf(from), codeOf(to)];
  const holds = (c: string) => codeOf(c) >= low && codeOf(c) <= high;
  return ignoreCase ? (c) => holds(c.toLowerCase()) || holds(c.toUpperCase()) : holds;
}

/** @throws PatternError with the position of what does not fit; patterns longer than 1,000 characters are refused */
export function parsePattern(text: string): Pattern {
  if (text.length > maxPatternLength) {
    throw new PatternError(`The pattern is longer than ${maxPatternLength} characters.`, maxPatternLength);
  }
  return new PatternParser(text).parse();
}

class PatternParser {
  private at = 0;
  private groups = 0;
  private nesting = 0;
  private ignoreCase = false;
  private readonly names = new Map<string, number>();

  constructor(private readonly text: string) {}

  parse(): Pattern {
    const flags = /^\(\?([imsn]+)\)/.exec(this.text);
    if (flags) {
      if (flags[1] !== 'i') throw new PatternError('Of the inline options only (?i) is supported.', 0);
      this.ignoreCase = true;
      this.at = flags[0].length;
    }
    const root = this.choice();
    if (this.at < this.text.length) this.fail('This ) has no ( before it.');
    return { root, groupCount: this.groups, names: this.names, ignoreCase: this.ignoreCase };
  }

  private choice(): PatternNode {
    this.nesting += 1;
    if (this.nesting > maxNesting) this.fail(`Groups are nested deeper than ${maxNesting}.`);
    const options = [this.sequence()];
    while (this.take('|')) options.push(this.sequence());
    this.nesting -= 1;
    const [only] = options;
    return only && options.length === 1 ? only : { type: 'choice', options };
  }

  private sequence(): PatternNode {
    const parts: PatternNode[] = [];
    while (this.at < this.text.length && this.text[this.at] !== '|' && this.text[this.at] !== ')') {
      parts.push(this.quantified());
    }
    const [only] = parts;
    return only && parts.length === 1 ? only : { type: 'sequence', parts };
  }

  private quantified(): PatternNode {
    const start = this.at;
    const part = this.atom();
    const quantifier = /^(?:([*+?])|\{(\d{1,4})(,(\d{1,4})?)?\})(\?)?/.exec(this.text.slice(this.at, this.at + 20));
    if (!quantifier) return part;
    if (part.type === 'assert' || part.type === 'look') this.fail('Nothing to repeat here.', start);
    this.at += quantifier[0].length;
    const [, sign, least, comma, most, lazy] = quantifier;
    const min = sign ? (sign === '+' ? 1 : 0) : Number(least);
    const max = sign
      ? sign === '?'
        ? 1
        : Number.POSITIVE_INFINITY
      : comma
        ? Number(most ?? Number.POSITIVE_INFINITY)
        : min;
    if (min > maxCount || (Number.isFinite(max) && max > maxCount))
      this.fail(`Repeats are limited to ${maxCount}.`, start);
    if (max < min) this.fail('The numbers of this repeat are out of order.', start);
    if (/[*+?]/.test(this.text[this.at] ?? '')) this.fail('Nothing to repeat here.');
    return { type: 'repeat', part, min, max, lazy: lazy !== undefined };
  }

  private atom(): PatternNode {
    const character = this.next();
    switch (character) {
      case '.':
        return this.oneOf([literal('\n')], true);
      case '^':
      case '$':
        return { type: 'assert', kind: character };
      case '(':
        return this.group();
      case '[':
        return this.set();
      case '\\':
        return this.escape();
      case '*':
      case '+':
      case '?':
        return this.fail('Nothing to repeat here. Write \\ before the sign to find it as it is.', this.at - 1);
      default:
        return this.oneOf([literal(character)]);
    }
  }

  private group(): PatternNode {
    const start = this.at - 1;
    const head = /^\?(?:([:=!])|<([A-Za-z_]\w*)>|'([A-Za-z_]\w*)')/.exec(this.text.slice(this.at, this.at + 80));
    if (this.text[this.at] === '?' && !head) {
      const lookbehind = /^\?<[=!]/.test(this.text.slice(this.at));
      this.fail(lookbehind ? 'Lookbehind is not supported.' : 'This kind of group is not supported.', start);
    }
    this.at += head?.[0].length ?? 0;
    const [, kind] = head ?? [];
    const name = head?.[2] ?? head?.[3];
    if (!kind) this.groups += 1;
    const index = this.groups;
    if (name !== undefined) {
      if (this.names.has(name)) this.fail(`There are two groups named ${name}.`, start);
      this.names.set(name, index);
    }
    const part = this.choice();
    if (!this.take(')')) this.fail('This ( is not closed.', start);
    if (kind === ':') return part;
    return kind ? { type: 'look', negated: kind === '!', part } : { type: 'group', index, part };
  }

  private escape(): PatternNode {
    const character = this.next('The pattern ends with \\.');
    if (character === 'b' || character === 'B') return { type: 'assert', kind: character };
    if (character >= '1' && character <= '9') return { type: 'back', group: Number(character) };
    if (character === 'k') {
      const [whole = '', name = ''] = /^<(\w+)>/.exec(this.text.slice(this.at, this.at + 80)) ?? [];
      if (whole === '') this.fail('Write a back-reference as \\k<name>.');
      this.at += whole.length;
      return { type: 'back', group: name };
    }
    if (character === 'A') return { type: 'assert', kind: '^' };
    if (character === 'z' || character === 'Z') return { type: 'assert', kind: '$' };
    return this.oneOf([this.escapedClass(character) ?? literal(this.escapedCharacter(character))]);
  }

  private escapedClass(character: string): SetItem | undefined {
    switch (character) {
      case 'd':
      case 'D':
      case 'w':
      case 'W':
      case 's':
      case 'S':
        return { class: character };
      case 'p':
      case 'P':
        return this.unicodeClass(character === 'P');
      default:
        return undefined;
    }
  }

  private unicodeClass(negated: boolean): SetItem {
    const [whole = '', name = ''] = /^\{([A-Z][a-z]?)\}/.exec(this.text.slice(this.at, this.at + 5)) ?? [];
    try {
      categoryTest(name);
    } catch {
      return this.fail('Name a Unicode category such as \\p{L} or \\p{Lu}.');
    }
    this.at += whole.length;
    return { category: name, negated };
  }

  private escapedCharacter(character: string): string {
    if (character === 'x' || character === 'u') {
      const digits = character === 'x' ? 2 : 4;
      const hex = this.text.slice(this.at, this.at + digits);
      if (hex.length < digits || !/^[0-9A-Fa-f]+$/.test(hex)) this.fail(`Write ${digits} hexadecimal digits here.`);
      this.at += digits;
      return String.fromCharCode(Number.parseInt(hex, 16));
    }
    return controls[character] ?? character;
  }

  private set(): PatternNode {
    const start = this.at - 1;
    const negated = this.take('^');
    const items: SetItem[] = [];
    while (!this.take(']')) {
      if (this.at >= this.text.length) this.fail('This [ is not closed.', start);
      const from = this.setItem();
      const isRange = this.text[this.at] === '-' && ![']', undefined].includes(this.text[this.at + 1]);
      if (typeof from !== 'string' || !isRange) {
        items.push(typeof from === 'string' ? literal(from) : from);
        continue;
      }
      const rangeAt = this.at;
      this.at += 1;
      const to = this.setItem();
      if (typeof to !== 'string') items.push(literal(from), literal('-'), to);
      else if (codeOf(to) < codeOf(from)) this.fail('This range is out of order.', rangeAt);
      else items.push({ from, to });
    }
    return this.oneOf(items, negated);
  }

  private setItem(): string | SetItem {
    const character = this.next('This [ is not closed.');
    if (character !== '\\') return character;
    const escaped = this.next('The pattern ends with \\.');
    if (escaped === 'b') return '\b';
    return this.escapedClass(escaped) ?? this.escapedCharacter(escaped);
  }

  private oneOf(items: readonly SetItem[], negated = false): PatternNode {
    const [first, ...others] = items.map((item) => testOf(item, this.ignoreCase));
    const isPlain = first && others.length === 0 && !negated;
    const holds = (c: string) => first?.(c) === true || others.some((one) => one(c));
    return { type: 'set', items, negated, test: isPlain ? first : (c) => holds(c) !== negated };
  }

  private next(atEnd = 'The pattern ends too early.'): string {
    const code = this.text.codePointAt(this.at);
    if (code === undefined) return this.fail(atEnd);
    const character = String.fromCodePoint(code);
    this.at += character.length;
    return character;
  }

  private take(character: string): boolean {
    if (this.text[this.at] !== character) return false;
    this.at += 1;
    return true;
  }

  private fail(message: string, position = this.at): never {
    throw new PatternError(message, position);
  }
}
