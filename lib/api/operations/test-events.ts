import type { Case } from '../test-world';

export const eventCases: Record<string, Case> = {};
