import type { BatchRowStateName } from '@/lib/core/states';

/** What became of a row, and of whom. */
export interface Performed {
  state: BatchRowStateName;
  userId: string | null;
}
