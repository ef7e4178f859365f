import type { Operation } from './operation';
import { tokenOperations } from './operations/tokens';

/** Every operation of the HTTP API. */
export const operations: readonly Operation[] = [...tokenOperations];
