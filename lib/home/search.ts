import { listApplications } from '@/lib/applications/queries';
import { links } from '@/lib/core/links';
import { searchGroups } from '@/lib/directory/list-groups';
import { type Options, searchPeople } from '@/lib/directory/list-users';

export interface FoundItem {
  id: string;
  label: string;
  href: string;
  group: 'People' | 'User Groups' | 'Applications';
  hint?: string;
}

const mostOfEach = 6;

/** What somebody types who looks for that page of an application. */
const onDemandWords = /\b(provision(ing)? on demand|on demand|provision)\b/i;

/** The first people, user groups and applications that match, for the command palette; of connected ones Provision on demand as well. */
export async function searchEverything(q: string): Promise<Options<FoundItem>> {
  if (q.trim() === '') return { items: [], partial: false };
  const [applications, people, groups] = await Promise.all([
    listApplications({ q: q.replace(onDemandWords, ' ').trim() || q, limit: mostOfEach }),
    searchPeople(q, { limit: mostOfEach }),
    searchGroups(q, { limit: mostOfEach }),
  ]);
  const items = [
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
    ...people.items.map(
      ({ id, displayName, email }): FoundItem => ({
        id,
        label: displayName,
        href: links.user(id),
        group: 'People',
        hint: email,
      }),
    ),
    ...groups.items.map(
      ({ id, name }): FoundItem => ({ id, label: name, href: links.group(id), group: 'User Groups' }),
    ),
  ];
  return { items, partial: people.partial || groups.partial };
}
