import type { Case } from '../test-world';

export const userCases: Record<string, Case> = {};
