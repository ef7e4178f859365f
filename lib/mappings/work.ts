import { isList, type Value } from '@/lib/mappings/value';

/** What the expressions of one table may cost for one person: about a tenth of a second. */
const allowance = 2_000_000;
/** Values of a list are objects to be made, compared and written out. */
const perListValue = 20;

/**
 * What is left of the work that expressions may do, in steps of patterns and characters of text. One expression is bounded
 * by its length; two hundred of them, each as costly as one may be, would keep everybody else waiting.
 */
export class Work {
  #left = allowance;

  /** @returns false once nothing is left */
  spend(steps: number): boolean {
    this.#left -= steps;
    return this.#left >= 0;
  }

  /** Pays for a value that an expression gave. @returns false once nothing is left */
  pay(value: Value): boolean {
    if (typeof value === 'string') return this.spend(value.length);
    return this.spend(isList(value) ? value.length * perListValue : 1);
  }
}
