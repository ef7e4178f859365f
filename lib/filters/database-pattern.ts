import { PatternError, type PatternNode, parsePattern } from '@/lib/mappings/regex/pattern';
import { filterBounds } from './schema';

/** What a pattern may become when its repetitions are written out: the database prepares it in milliseconds. */
const maxSize = 2_000;
/** PostgreSQL's own bound of one repetition. */
const maxCount = 255;

/**
 * A pattern as .NET and JavaScript write it, in PostgreSQL's writing. What makes a search slow there is refused (back-references,
 * lookahead), so that it takes a time in proportion to the text.
 * @throws PatternError with the position of what does not fit
 */
export function databasePattern(text: string): string {
  if (text.length > filterBounds.patternLength) {
    throw new PatternError(
      `The pattern is longer than ${filterBounds.patternLength} characters.`,
      filterBounds.patternLength,
    );
  }
  const { root, names } = parsePattern(text);
  if (names.size > 0) throw new PatternError('Groups with names are not supported here. Use plain ones.', 0);
  if (sizeOf(root) > maxSize)
    throw new PatternError('The repetitions of this pattern are too many. Make it simpler.', 0);
  // Word boundaries are called otherwise there; everything else means the same.
  return text.replace(/\[(?:\\.|[^\]\\])*\]|\\./gs, (part) => (part === '\\b' ? '\\y' : part === '\\B' ? '\\Y' : part));
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
