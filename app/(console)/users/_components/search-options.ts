import type { ComboboxOption } from '@/components/ui/combobox';
import type { PersonOption } from '@/lib/directory/list-users';

/** Asks the server for people. @throws Error when it refuses or does not answer; the field says so */
export async function searchPeopleOptions(
  query: string,
  options: { notInGroup?: string } = {},
): Promise<ComboboxOption[]> {
  const params = new URLSearchParams({ q: query, ...options });
  const answer = await fetch(`/api/directory/people?${params}`);
  if (!answer.ok) throw new Error(`The search was refused: ${answer.status}`);
  const people = (await answer.json()) as PersonOption[];
  return people.map(({ id, displayName, email }) => ({ value: id, label: displayName, hint: email }));
}
