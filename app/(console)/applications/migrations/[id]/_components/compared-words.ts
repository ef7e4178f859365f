import type { ComparedAs } from '@/lib/moves/schema';

/** How somebody stands in the new instance, as tiles and lists say it. */
export const comparedWords: Readonly<Record<ComparedAs, string>> = {
  there: 'Are there',
  undecided: 'To be decided',
  missing: 'Have no account there',
};
