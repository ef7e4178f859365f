import { tokenCases } from './operations/test-tokens';
import type { Case } from './test-world';

/** The case of every operation, by its id. */
export const cases: Record<string, Case> = { ...tokenCases };
