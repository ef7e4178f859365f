import { type Pattern, PatternError, type PatternNode } from '@/lib/mappings/regex/pattern';
import type { Work } from '@/lib/mappings/work';

/** One match; offsets count characters (code points), not UTF-16 units. */
export interface PatternMatch {
  start: number;
  end: number;
  /** Group 0 is the whole match; undefined for a group that took no part. */
  groups: readonly (readonly [start: number, end: number] | undefined)[];
}

/** Work for one pattern on one text, in visits of pattern nodes; a few milliseconds. */
const maxSteps = 200_000;
/** Depth of the matcher's recursion, a third of what the default stack of V8 holds. Loops over one character cost none. */
const maxDepth = 500;

/** Whether the pattern is found anywhere in the text. @throws PatternError when that takes too long to find out */
export function matchesPattern(pattern: Pattern, text: string): boolean {
  return findMatches(pattern, [...text], 1).length > 0;
}

/**
 * Matches from left to right, none overlapping.
 * @param characters the text, one code point per entry
 * @param work what all patterns of a table may do together
 * @throws PatternError when the pattern takes too long on this text
 */
export function findMatches(
  pattern: Pattern,
  characters: readonly string[],
  limit = characters.length + 1,
  work?: Work,
): PatternMatch[] {
  const matcher = new Matcher(pattern, characters, work);
  const matches: PatternMatch[] = [];
  let from = 0;
  while (from <= characters.length && matches.length < limit) {
    const match = matcher.find(from);
    if (!match) break;
    matches.push(match);
    from = match.end > match.start ? match.end : match.end + 1;
  }
  return matches;
}

type Repeat = PatternNode & { type: 'repeat' };
type Continue = (at: number) => boolean;

/** Backtracking in continuation-passing style: `match(node, at, then)` tries `then` behind each way that node matches. */
class Matcher {
  private steps = 0;
  private depth = 0;
  private captures: (readonly [number, number] | undefined)[] = [];

  constructor(
    private readonly pattern: Pattern,
    private readonly characters: readonly string[],
    private readonly work: Work | undefined,
  ) {}

  find(from: number): PatternMatch | undefined {
    for (let start = from; start <= this.characters.length; start += 1) {
      this.captures = Array.from({ length: this.pattern.groupCount + 1 }, () => undefined);
      let end = -1;
      const found = this.match(this.pattern.root, start, (at) => {
        end = at;
        return true;
      });
      if (found) return { start, end, groups: [[start, end], ...this.captures.slice(1)] };
    }
    return undefined;
  }

  private match(node: PatternNode, at: number, then: Continue): boolean {
    this.depth += 1;
    this.spend(1);
    const matched = this.matchNode(node, at, then);
    this.depth -= 1;
    return matched;
  }

  private spend(steps: number): void {
    this.steps += steps;
    const exhausted = this.work?.spend(steps) === false;
    if (exhausted || this.steps > maxSteps || this.depth > maxDepth) {
      throw new PatternError('The pattern takes too long on this value. Make it simpler.', 0);
    }
  }

  private matchNode(node: PatternNode, at: number, then: Continue): boolean {
    switch (node.type) {
      case 'set':
        return this.holds(node.test, at) && then(at + 1);
      case 'assert':
        return this.asserts(node.kind, at) && then(at);
      case 'sequence':
        return this.matchSequence(node.parts, 0, at, then);
      case 'choice':
        return node.options.some((option) => this.match(option, at, then));
      case 'repeat':
        return this.matchRepeat(node, at, then);
      case 'group':
        return this.matchGroup(node.index, node.part, at, then);
      case 'look':
        return this.look(node.part, at) !== node.negated && then(at);
      case 'back':
        return this.matchBackReference(node.group, at, then);
    }
  }

  private holds(test: (character: string) => boolean, at: number): boolean {
    const character = this.characters[at];
    return character !== undefined && test(character);
  }

  private matchSequence(parts: readonly PatternNode[], index: number, at: number, then: Continue): boolean {
    const part = parts[index];
    if (part === undefined) return then(at);
    return this.match(part, at, (next) => this.matchSequence(parts, index + 1, next, then));
  }

  private matchRepeat(node: Repeat, at: number, then: Continue): boolean {
    const { part } = node;
    if (part.type === 'set') return this.repeatSet(node, part.test, at, then);
    if (part.type !== 'group' || part.part.type !== 'set') return this.repeat(node, node.min, node.max, at, then);
    const { index } = part;
    const before = this.captures[index];
    const matched = this.repeatSet(node, part.part.test, at, (end) => {
      this.captures[index] = end > at ? [end - 1, end] : before;
      return then(end);
    });
    if (!matched) this.captures[index] = before;
    return matched;
  }

  /** Of single characters: a loop, so that a long text costs no depth. */
  private repeatSet(node: Repeat, test: (character: string) => boolean, at: number, then: Continue): boolean {
    let most = 0;
    while (most < node.max && this.holds(test, at + most)) most += 1;
    this.spend(most);
    for (let index = 0; index <= most - node.min; index += 1) {
      this.spend(1);
      if (then(at + (node.lazy ? node.min + index : most - index))) return true;
    }
    return false;
  }

  private repeat(node: Repeat, min: number, max: number, at: number, then: Continue): boolean {
    const again = () =>
      max > 0 &&
      this.match(node.part, at, (next) => {
        // A round that took nothing would go on for ever.
        if (next === at && min === 0) return false;
        return this.repeat(node, Math.max(0, min - 1), max - 1, next, then);
      });
    if (min > 0) return again();
    return node.lazy ? then(at) || again() : again() || then(at);
  }

  private matchGroup(index: number, part: PatternNode, at: number, then: Continue): boolean {
    const before = this.captures[index];
    const matched = this.match(part, at, (end) => {
      const inside = this.captures[index];
      this.captures[index] = [at, end];
      if (then(end)) return true;
      this.captures[index] = inside;
      return false;
    });
    if (!matched) this.captures[index] = before;
    return matched;
  }

  private look(part: PatternNode, at: number): boolean {
    return this.match(part, at, () => true);
  }

  private matchBackReference(group: number | string, at: number, then: Continue): boolean {
    const index = typeof group === 'number' ? group : this.pattern.names.get(group);
    const capture = index === undefined ? undefined : this.captures[index];
    if (!capture) return then(at);
    const [start, end] = capture;
    for (let offset = 0; offset < end - start; offset += 1) {
      if (this.characters[start + offset] !== this.characters[at + offset]) return false;
    }
    this.spend(end - start);
    return then(at + end - start);
  }

  private asserts(kind: '^' | '$' | 'b' | 'B', at: number): boolean {
    if (kind === '^') return at === 0;
    if (kind === '$') return at === this.characters.length;
    const isWord = (c: string) => /^\w$/.test(c);
    return (this.holds(isWord, at - 1) !== this.holds(isWord, at)) === (kind === 'b');
  }
}
