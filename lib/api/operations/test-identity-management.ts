import type { Case } from '../test-world';

export const identityManagementCases: Record<string, Case> = {};
