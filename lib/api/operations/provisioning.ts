import type { Operation } from '../operation';

export const provisioningOperations: Operation[] = [];
