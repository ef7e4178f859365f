import type { Case } from '../test-world';

export const administrationCases: Record<string, Case> = {};
