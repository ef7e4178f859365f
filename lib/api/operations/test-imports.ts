import type { Case } from '../test-world';

export const importCases: Record<string, Case> = {};
