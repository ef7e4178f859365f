import type { Operation } from '../operation';

export const identityManagementOperations: Operation[] = [];
