import type { Operation } from '../operation';

export const eventOperations: Operation[] = [];
