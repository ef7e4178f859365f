'use client';

import type { ComboboxOption } from '@/components/ui/combobox';
import { Tabs, TabsContent, TabsList, TabsTrigger } from '@/components/ui/tabs';
import type { ScopeFilters } from '@/lib/applications/scope-filters';
import { FilterEditor } from './filter-editor';

const labels = { user: 'Users', group: 'User groups' } as const;

/** The scoping filters of an application, of users and of associated groups. */
export function ScopeEditor({
  filters,
  firstPerson,
  readOnly,
}: {
  filters: ScopeFilters;
  firstPerson: ComboboxOption | undefined;
  readOnly: boolean;
}) {
  // Begins anew when what is stored has changed, and only then: the other filter's drafts are not touched by a save.
  const editor = (stored: ScopeFilters['filters'][number]) => (
    <FilterEditor
      key={JSON.stringify(stored.groups)}
      filters={filters}
      stored={stored}
      subject={stored.objectType === 'user' ? firstPerson : undefined}
      readOnly={readOnly}
    />
  );
  const [first, ...others] = filters.filters;
  if (!first) return null;
  if (others.length === 0) return editor(first);
  return (
    <Tabs defaultValue="user" className="grid gap-5">
      <TabsList>
        {filters.filters.map(({ objectType }) => (
          <TabsTrigger key={objectType} value={objectType}>
            {labels[objectType]}
          </TabsTrigger>
        ))}
      </TabsList>
      {filters.filters.map((stored) => (
        // Kept when the other tab is shown: what was typed must not be lost.
        <TabsContent
          key={stored.objectType}
          value={stored.objectType}
          forceMount
          className="data-[state=inactive]:hidden"
        >
          {editor(stored)}
        </TabsContent>
      ))}
    </Tabs>
  );
}
