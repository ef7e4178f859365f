import type { FoundOptions } from '@/components/ui/combobox';
import type { GroupOption } from '@/lib/directory/list-groups';
import type { Options, PersonOption } from '@/lib/directory/list-users';

/** Asks the server for people. @throws Error when it refuses or does not answer; the field says so */
export async function searchPeopleOptions(query: string, options: { notInGroup?: string } = {}): Promise<FoundOptions> {
  const params = new URLSearchParams({ q: query, ...options });
  const answer = await fetch(`/api/directory/people?${params}`);
  if (!answer.ok) throw new Error(`The search was refused: ${answer.status}`);
  const { items, partial } = (await answer.json()) as Options<PersonOption>;
  return {
    options: items.map(({ id, displayName, email }) => ({ value: id, label: displayName, hint: email })),
    partial,
  };
}

/** Asks the server for user groups. @throws Error when it refuses or does not answer; the field says so */
export async function searchGroupOptions(
  query: string,
  options: { nestableUnder?: string; own?: 'true' } = {},
): Promise<FoundOptions> {
  const answer = await fetch(`/api/directory/groups?${new URLSearchParams({ q: query, ...options })}`);
  if (!answer.ok) throw new Error(`The search was refused: ${answer.status}`);
  const { items, partial } = (await answer.json()) as Options<GroupOption>;
  return {
    options: items.map(({ id, name, description, importedFrom }) => ({
      value: id,
      label: name,
      hint: [importedFrom && `Group of ${importedFrom}`, description].filter(Boolean).join(' · ') || undefined,
    })),
    partial,
  };
}
