'use client';

import { Tabs, TabsContent, TabsList, TabsTrigger } from '@/components/ui/tabs';
import type { AttributeLists as Lists } from '@/lib/applications/target-attributes';
import { AttributeTable } from './attribute-table';

const labels = { user: 'User attributes', group: 'Group attributes' } as const;

/** The attributes of users and of groups, each with what can be done about them. */
export function AttributeLists({ lists, readOnly }: { lists: Lists; readOnly: boolean }) {
  const [first, ...others] = lists.lists;
  if (!first) return null;
  const table = (list: Lists['lists'][number]) => (
    <AttributeTable
      label={labels[list.objectType]}
      list={{ ...list, applicationId: lists.applicationId, version: lists.version }}
      readOnly={readOnly}
    />
  );
  if (others.length === 0) return table(first);
  return (
    <Tabs defaultValue="user" className="grid gap-5">
      <TabsList>
        {lists.lists.map(({ objectType }) => (
          <TabsTrigger key={objectType} value={objectType}>
            {labels[objectType]}
          </TabsTrigger>
        ))}
      </TabsList>
      {lists.lists.map((list) => (
        <TabsContent key={list.objectType} value={list.objectType}>
          {table(list)}
        </TabsContent>
      ))}
    </Tabs>
  );
}
