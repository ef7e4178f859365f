import { eventNames } from '@/lib/events/schema';
import type { CheckListItem } from './check-list';

/** The first that fits names the group. */
const groups: [pattern: RegExp, name: string][] = [
  [/_provision$|^idm_|^user_(deprovision|release)$|^provisioning_|^import_|^user_import$/, 'Provisioning and imports'],
  [/^sso_(auth|logout)$|^session_|^access_/, 'Sign-ins and access'],
  [/^application_|^association_|^sso_/, 'Applications'],
  [/^user_|^group_/, 'Users and groups'],
];
const others = 'Latchkey itself';

/** Every kind of event, group by group, in the order of the table. */
export const eventItems: readonly CheckListItem[] = [...groups.map(([, name]) => name), others].flatMap((group) =>
  Object.entries(eventNames)
    .filter(([name]) => groupOf(name) === group)
    .map(([name, help]) => ({ value: name, label: name, help, group })),
);

function groupOf(name: string): string {
  return groups.find(([pattern]) => pattern.test(name))?.[1] ?? others;
}
