import type { Case } from '../test-world';

export const applicationCases: Record<string, Case> = {};
