import type { Operation } from '../operation';

export const groupOperations: Operation[] = [];
