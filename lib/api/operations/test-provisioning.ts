import type { Case } from '../test-world';

export const provisioningCases: Record<string, Case> = {};
