import type { Case } from '../test-world';

export const groupCases: Record<string, Case> = {};
