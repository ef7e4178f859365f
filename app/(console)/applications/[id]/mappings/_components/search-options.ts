import type { ComboboxOption } from '@/components/ui/combobox';

export { searchPeopleOptions } from '../../../../users/_components/search-options';

/** Asks the server for user groups. @throws Error when it refuses or does not answer; the field says so */
export async function searchGroupOptions(query: string): Promise<ComboboxOption[]> {
  const answer = await fetch(`/api/directory/groups?${new URLSearchParams({ q: query })}`);
  if (!answer.ok) throw new Error(`The search was refused: ${answer.status}`);
  const groups = (await answer.json()) as { id: string; name: string; description: string }[];
  return groups.map(({ id, name, description }) => ({ value: id, label: name, hint: description || undefined }));
}
