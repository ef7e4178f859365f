import type { Case } from '../test-world';

export const ssoCases: Record<string, Case> = {};
