import { listApplications } from '@/lib/applications/queries';
import { links } from '@/lib/core/links';
import { searchGroups } from '@/lib/directory/list-groups';
import { type Options, type PersonOption, searchPeople } from '@/lib/directory/list-users';
import { type FoundFailure, findFailedSignIn } from '@/lib/sso/failed-sign-ins/queries';

export interface FoundItem {
  id: string;
  label: string;
  href: string;
  group: 'People' | 'User Groups' | 'Applications' | 'Failed sign-ins';
  hint?: string;
  /** A person who was deleted, and can be restored on that page. */
  deleted?: true;
}

const mostOfEach = 6;
const mostDeleted = 3;

/** What somebody types who looks for that page of an application. */
const onDemandWords = /\b(provision(ing)? on demand|on demand|provision)\b/i;

/** The first people, user groups and applications that match, for the command palette; of connected ones Provision on demand as well. A failed sign-in by its reference. Deleted people come after all others. */
export async function searchEverything(q: string): Promise<Options<FoundItem>> {
  if (q.trim() === '') return { items: [], partial: false };
  const [failed, applications, { people, deleted }, groups] = await Promise.all([
    findFailedSignIn(q),
    listApplications({ q: q.replace(onDemandWords, ' ').trim() || q, limit: mostOfEach }),
    findPeople(q),
    searchGroups(q, { limit: mostOfEach }),
  ]);
  const items = [
    ...(failed ? [failedItem(failed)] : []),
    ...applications.items.map(
      ({ id, displayLabel }): FoundItem => ({
        id,
        label: displayLabel,
        href: links.application(id).general(),
        group: 'Applications',
      }),
    ),
    ...applications.items
      .filter(({ idmStatus }) => idmStatus !== 'not_configured' && idmStatus !== 'inactive')
      .map(
        ({ id, displayLabel }): FoundItem => ({
          id,
          label: displayLabel,
          href: links.application(id).onDemand(),
          group: 'Applications',
          hint: 'Provision on demand',
        }),
      ),
    ...people.items.map(personItem),
    ...deleted.items.map((person): FoundItem => ({ ...personItem(person), deleted: true })),
    ...groups.items.map(
      ({ id, name, importedFrom }): FoundItem => ({
        ...{ id, label: name, href: links.group(id), group: 'User Groups' },
        ...(importedFrom ? { hint: `Group of ${importedFrom}` } : {}),
      }),
    ),
  ];
  return { items, partial: people.partial || deleted.partial || groups.partial };
}

/** People, and where they are few those who were deleted: what many have is not looked for a second time. */
async function findPeople(q: string) {
  const people = await searchPeople(q, { limit: mostOfEach });
  const none: Options<PersonOption> = { items: [], partial: false };
  const deleted =
    people.items.length < mostOfEach ? await searchPeople(q, { limit: mostDeleted, deleted: true }) : none;
  return { people, deleted };
}

const failedItem = ({ id, reference, application }: FoundFailure): FoundItem => ({
  id,
  label: `Failed sign-in ${reference}`,
  href: links.failedSignIn(reference),
  group: 'Failed sign-ins',
  ...(application === null ? {} : { hint: application }),
});

const personItem = ({ id, displayName, email }: PersonOption): FoundItem => ({
  id,
  label: displayName,
  href: links.user(id),
  group: 'People',
  hint: email,
});
