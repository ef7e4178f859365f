import { operations } from './operations';
import type { CommandOperation } from './to-operation';

/** Every declared command, as the operation that it is: for tests, which ask the same of all of them. */
export const commandOperations = operations.filter(
  (operation): operation is CommandOperation => 'command' in operation,
);
