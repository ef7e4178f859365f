import type { ManualTaskTemplate } from '@/lib/mappings/schema';
import { valueAt } from '@/lib/mappings/target';
import { readPath, type ScimResource } from '@/lib/scim/path';
import type { TargetValues } from './values';

/** What has just become of an account: it was created with these values, or found over there and taken over, with these sent to it. */
type Account =
  | { kind: 'created'; values: TargetValues }
  | { kind: 'taken_over'; values: TargetValues; found: ScimResource };

/** Which of an application's manual tasks an account makes due, by their ids. Pure. */
export function dueTasks(tasks: readonly ManualTaskTemplate[], account: Account): string[] {
  return tasks.filter(({ due }) => isDue(due, account)).map(({ id }) => id);
}

function isDue(due: ManualTaskTemplate['due'], account: Account): boolean {
  if (due.when === 'created') {
    return account.kind === 'created' && valueAt(account.values, due.with.target) === due.with.equals;
  }
  if (account.kind === 'created') return false;
  return isMissing(valueAt(account.values, due.without)) && isMissing(readPath(account.found, due.without));
}

const isMissing = (value: unknown) => value === undefined || value === null || value === '';
