import { PatternError, type PatternNode, parsePattern, type SetItem } from '@/lib/mappings/regex/pattern';
import { filterBounds } from './schema';

/** What a pattern may become when its repetitions are written out: the database prepares it in milliseconds. */
const maxSize = 2_000;
/** PostgreSQL's own bound of one repetition. */
const maxCount = 255;

/**
 * A pattern as .NET and JavaScript write it, in PostgreSQL's writing: written anew from what was understood, so that the database
 * understands whatever was accepted. What makes a search slow there is refused (back-references, lookahead), so that it takes a
 * time in proportion to the text.
 * @throws PatternError with the position of what does not fit
 */
export function databasePattern(text: string): string {
  if (text.length > filterBounds.patternLength) {
    throw new PatternError(
      `The pattern is longer than ${filterBounds.patternLength} characters.`,
      filterBounds.patternLength,
    );
  }
  const { root, names, ignoreCase } = parsePattern(text);
  if (names.size > 0) throw new PatternError('Groups with names are not supported here. Use plain ones.', 0);
  if (sizeOf(root) > maxSize)
    throw new PatternError('The repetitions of this pattern are too many. Make it simpler.', 0);
  return `${ignoreCase ? '(?i)' : ''}${written(root)}`;
}

function sizeOf(node: PatternNode): number {
  switch (node.type) {
    case 'sequence':
      return node.parts.reduce((sum, part) => sum + sizeOf(part), 1);
    case 'choice':
      return node.options.reduce((sum, option) => sum + sizeOf(option), 1);
    case 'group':
      return sizeOf(node.part);
    case 'repeat': {
      const times = Number.isFinite(node.max) ? node.max : node.min + 1;
      if (times > maxCount) throw new PatternError(`Here, repeats are limited to ${maxCount}.`, 0);
      return sizeOf(node.part) * Math.max(1, times);
    }
    case 'look':
      throw new PatternError('Lookahead is not supported here.', 0);
    case 'back':
      throw new PatternError('Back-references are not supported here.', 0);
    default:
      return 1;
  }
}

const asserts = { '^': '^', $: '$', b: '\\y', B: '\\Y' } as const;

/** Only whether a text matches is asked: which groups there are, and how much a repetition takes, is of no account. */
function written(node: PatternNode): string {
  switch (node.type) {
    case 'set':
      return writtenSet(node.items, node.negated);
    case 'assert':
      return asserts[node.kind];
    case 'sequence':
      return node.parts.map((part) => (part.type === 'choice' ? `(?:${written(part)})` : written(part))).join('');
    case 'choice':
      return node.options.map(written).join('|');
    case 'repeat':
      return `${node.part.type === 'set' ? written(node.part) : `(?:${written(node.part)})`}${times(node)}`;
    case 'group':
      return `(?:${written(node.part)})`;
    default:
      return '';
  }
}

function times({ min, max }: { min: number; max: number }): string {
  if (max === Number.POSITIVE_INFINITY) return min === 0 ? '*' : min === 1 ? '+' : `{${min},}`;
  return min === max ? `{${min}}` : `{${min},${max}}`;
}

function writtenSet(items: readonly SetItem[], negated: boolean): string {
  const [only] = items;
  if (!only) return negated ? '[\\u0001-\\U0010ffff]' : '[^\\u0001-\\U0010ffff]';
  if (items.length > 1 || negated || ('from' in only && only.from !== only.to)) {
    return `[${negated ? '^' : ''}${items.map(writtenItem).join('')}]`;
  }
  return writtenItem(only);
}

function writtenItem(item: SetItem): string {
  if ('class' in item) return `\\${item.class}`;
  if ('category' in item) throw new PatternError('Unicode categories are not supported here.', 0);
  return item.from === item.to ? character(item.from) : `${character(item.from)}-${character(item.to)}`;
}

function character(text: string): string {
  if (/^[A-Za-z0-9 ]$/.test(text)) return text;
  const code = text.codePointAt(0) ?? 0;
  if (code === 0 || /\p{Cs}/u.test(text)) throw new PatternError('The pattern holds what is no character.', 0);
  return `\\U${code.toString(16).padStart(8, '0')}`;
}
