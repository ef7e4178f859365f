import type { Case } from '../test-world';

export const webhookCases: Record<string, Case> = {};
