import type { Operation } from '../operation';

export const associationOperations: Operation[] = [];
