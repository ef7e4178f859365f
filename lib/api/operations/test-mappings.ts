import type { Case } from '../test-world';

export const mappingCases: Record<string, Case> = {};
