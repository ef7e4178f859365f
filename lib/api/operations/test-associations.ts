import type { Case } from '../test-world';

export const associationCases: Record<string, Case> = {};
