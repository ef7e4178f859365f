import type { Operation } from '../operation';

export const webhookOperations: Operation[] = [];
