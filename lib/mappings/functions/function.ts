import type { Value } from '@/lib/mappings/value';
import type { Work } from '@/lib/mappings/work';

/** What an evaluation may know besides the source record; handed in, because this folder has no clock. */
export interface EvaluationContext {
  now: Date;
  /** Uniform in [0, 1). Absent: the platform's cryptographic source. */
  random?: () => number;
  /** For SelectUniqueValue: whether the application has the value already. Absent: nothing is taken. */
  isTaken?: (value: string) => boolean;
  /** What may still be done; shared by the expressions of a table. Absent: as much as one table may. */
  work?: Work;
}

/** One call under evaluation. Arguments are evaluated when asked for, so the branch not taken cannot fail. */
export interface Call {
  readonly count: number;
  readonly context: EvaluationContext;
  /** True if argument `index` (from 0) was written, even if its value is null. */
  given(index: number): boolean;
  /** Null where the argument was left out. */
  value(index: number): Value;
  /** The argument as text; null where it has no value. */
  text(index: number): string | null;
  /** The argument as a whole number. @throws ExpressionError at the argument if it is none. */
  integer(index: number): number;
  /** The argument as any number. @throws ExpressionError at the argument if it is none. */
  number(index: number): number;
  /** Ends the evaluation with a message at argument `index`, or at the whole call. */
  fail(message: string, index?: number): never;
}

/** A function of the expression language: all that parser, autocomplete and evaluation know of it. */
export interface FunctionEntry {
  name: string;
  /** As autocomplete shows it, with the names of the parameters. */
  signature: string;
  /** One sentence on what it gives. */
  summary: string;
  minArgs: number;
  maxArgs: number;
  /** Positions (from 0) below `minArgs` that may be left empty between commas. */
  mayBeEmpty?: readonly number[];
  /** False: gives something else at each call, hence only in mappings applied during creation. */
  pure: boolean;
  /** Means something only as the outermost function. */
  outermost?: boolean;
  /** Further conditions on the number of arguments; a message, or undefined if it is right. */
  checkCount?: (count: number) => string | undefined;
  apply: (call: Call) => Value;
}
