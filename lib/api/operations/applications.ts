import type { Operation } from '../operation';

export const applicationOperations: Operation[] = [];
