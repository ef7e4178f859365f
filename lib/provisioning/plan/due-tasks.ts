import { storedName } from '@/lib/core/fold-name';
import type { ManualTaskTemplate } from '@/lib/mappings/schema';
import { valueAt } from '@/lib/mappings/target';
import { readPath, type ScimResource } from '@/lib/scim/path';
import type { TargetValues } from './values';

/**
 * What has just become of an account: it was created with these values, was found over there and taken over, with these sent to it, or
 * was changed to these.
 */
type Account =
  | { kind: 'created' | 'changed'; values: TargetValues }
  | { kind: 'taken_over'; values: TargetValues; found: ScimResource };

/** Which of an application's manual tasks an account makes due, by their ids. Pure. */
export function dueTasks(tasks: readonly ManualTaskTemplate[], account: Account): string[] {
  return tasks.filter(({ due }) => isDue(due, account)).map(({ id }) => id);
}

function isDue(due: ManualTaskTemplate['due'], account: Account): boolean {
  if (due.when === 'created') {
    // What an account becomes later makes the same due as what it is created as.
    return account.kind !== 'taken_over' && valueAt(account.values, due.with.target) === due.with.equals;
  }
  if (account.kind !== 'taken_over') return false;
  return isMissing(valueAt(account.values, due.without)) && isMissing(readPath(account.found, due.without));
}

/** Whether an account shows by itself that a task is done: what was missing when it was taken over is there, and is the username. Pure. */
export function isSeenDone(due: ManualTaskTemplate['due'], account: ScimResource, username: string): boolean {
  if (due.when !== 'taken_over') return false;
  const value = readPath(account, due.without);
  return typeof value === 'string' && value !== '' && storedName(value) === storedName(username);
}

const isMissing = (value: unknown) => value === undefined || value === null || value === '';
