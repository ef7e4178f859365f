import type { Operation } from '../operation';

export const mappingOperations: Operation[] = [];
