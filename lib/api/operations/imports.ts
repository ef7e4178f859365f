import type { Operation } from '../operation';

export const importOperations: Operation[] = [];
