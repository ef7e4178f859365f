import type { Operation } from '../operation';

export const ssoOperations: Operation[] = [];
