import type { Operation } from '../operation';

export const administrationOperations: Operation[] = [];
