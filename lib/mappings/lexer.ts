import { type CompareOperator, compareOperators } from '@/lib/mappings/expression';
import { ExpressionError, type Span } from '@/lib/mappings/expression-error';

export type Token = Span &
  (
    | { type: 'text'; value: string }
    | { type: 'number'; value: string | number }
    | { type: 'property'; name: string }
    | { type: 'name'; name: string }
    | { type: 'operator'; operator: CompareOperator }
    | { type: '(' | ')' | ',' | 'end' }
  );

/** Longer ones are not names of anything. */
const maxNameLength = 256;

/**
 * The tokens of an expression, the last of type `end`.
 * @throws ExpressionError for an unknown character, or a text or bracket that is not closed
 */
export function tokenise(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const space = /^\s+/.exec(text.slice(at, at + 256));
    if (space) {
      at += space[0].length;
      continue;
    }
    const token = readToken(text, at);
    tokens.push(token);
    at += token.length;
  }
  tokens.push({ type: 'end', position: text.length, length: 0 });
  return tokens;
}

function readToken(text: string, position: number): Token {
  const character = text[position] ?? '';
  if (character === '(' || character === ')' || character === ',') return { type: character, position, length: 1 };
  if (character === '"') return readText(text, position);
  if (character === '[') return readBrackets(text, position);
  const rest = text.slice(position, position + maxNameLength + 1);
  const operator = compareOperators.find((candidate) => rest.startsWith(candidate));
  if (operator) return { type: 'operator', operator, position, length: operator.length };
  const [number] = /^(?:&[Hh][0-9A-Fa-f]{1,12}|[+-]?\d+(?:\.\d+)?)(?![\w.])/.exec(rest) ?? [];
  if (number !== undefined) return { type: 'number', value: numberOf(number), position, length: number.length };
  const [name] = /^[\p{L}_][\p{L}\p{N}_.-]*/u.exec(rest) ?? [];
  if (name !== undefined) return { type: 'name', name, position, length: name.length };
  if ('“”„'.includes(character)) {
    throw new ExpressionError('Texts stand in straight quotes: "text".', { position, length: 1 });
  }
  if (character === "'") throw new ExpressionError('Texts stand in double quotes: "text".', { position, length: 1 });
  throw new ExpressionError(`"${String.fromCodePoint(text.codePointAt(position) ?? 0)}" is not expected here.`, {
    position,
    length: 1,
  });
}

/** Integers that a number cannot hold exactly stay text: dates of Active Directory have 18 digits. */
function numberOf(text: string): string | number {
  if (text.startsWith('&')) return Number.parseInt(text.slice(2), 16);
  const number = Number(text);
  return Number.isInteger(number) && !Number.isSafeInteger(number) ? text : number;
}

/** `\"` and `\\` as Entra has it, `""` as Visual Basic has it; other backslashes (of patterns) stay. */
function readText(text: string, position: number): Token {
  let value = '';
  let at = position + 1;
  while (at < text.length) {
    const character = text[at] ?? '';
    const next = text[at + 1] ?? '';
    if (character === '\\' && (next === '"' || next === '\\')) {
      value += next;
      at += 2;
    } else if (character !== '"') {
      value += character;
      at += 1;
    } else if (next === '"') {
      value += '"';
      at += 2;
    } else return { type: 'text', value, position, length: at + 1 - position };
  }
  throw new ExpressionError('This text has no closing quote.', { position, length: text.length - position });
}

function readBrackets(text: string, position: number): Token {
  const end = text.indexOf(']', position);
  const open = end === -1 ? text.slice(position) : text.slice(position, end);
  if (end === -1 || /[\n",()]/.test(open) || open.length > maxNameLength) {
    throw new ExpressionError('This [ is not closed: write [property].', { position, length: 1 });
  }
  const name = open.slice(1).trim();
  if (name === '') throw new ExpressionError('Name a property between the brackets.', { position, length: 2 });
  return { type: 'property', name, position, length: end + 1 - position };
}
