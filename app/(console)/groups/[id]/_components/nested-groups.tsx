'use client';

import { useSearchParams } from 'next/navigation';
import { useState } from 'react';
import { DeprovisionImpact } from '@/app/(console)/_components/deprovision-impact';
import { ConfirmDestructive } from '@/components/patterns/confirm-destructive';
import type { ListedRows } from '@/components/patterns/data-table';
import { Count } from '@/components/patterns/data-table-parts';
import { FormError } from '@/components/patterns/form-error';
import { useAction } from '@/components/patterns/use-action';
import { Button, TextLink } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { Combobox, type ComboboxOption } from '@/components/ui/combobox';
import { EmptyState } from '@/components/ui/empty-state';
import { Pagination } from '@/components/ui/pagination';
import { Table, TableBody, TableHead, TableRow, Td, Th } from '@/components/ui/table';
import { links } from '@/lib/core/links';
import type { RelatedGroup } from '@/lib/directory/nested-groups';
import { searchGroupOptions } from '../../../users/_components/search-options';
import { nestGroupAction, unnestGroupAction } from '../../actions';

/** Groups whose members count as members of this one; added by search, taken out with a question. */
export function NestedGroups(props: {
  group: { id: string; name: string };
  page: ListedRows<RelatedGroup>;
  writable: boolean;
}) {
  const { group, page, writable } = props;
  const { items: nested, nextCursor } = page;
  const paged = useSearchParams().has('cursor') || nextCursor !== undefined;
  const [leaving, setLeaving] = useState<RelatedGroup>();
  const remove = useAction(unnestGroupAction, {
    success: 'Group taken out',
    showError: 'inline',
    onSuccess: () => setLeaving(undefined),
  });
  return (
    <Card
      title="Groups nested in this one"
      description="Their members count as members here, at any depth."
      flush
      footer={writable && <AddNested group={group} />}
    >
      {nested.length === 0 ? (
        <EmptyState className="py-8" title="No nested groups" />
      ) : (
        <Table label="Nested groups" flush>
          <TableHead>
            <TableRow>
              <Th>Group</Th>
              <Th numeric>People</Th>
              <Th>
                <span className="sr-only">Action</span>
              </Th>
            </TableRow>
          </TableHead>
          <TableBody>
            {nested.map((child) => (
              <TableRow key={child.id}>
                <Td>
                  <TextLink href={links.group(child.id)}>{child.name}</TextLink>
                </Td>
                <Td numeric>{child.members.toLocaleString('en')}</Td>
                <Td className="text-right">
                  {writable && (
                    <Button size="sm" onClick={() => setLeaving(child)} aria-label={`Take out ${child.name}`}>
                      Take out
                    </Button>
                  )}
                </Td>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      )}
      {paged && (
        <div className="flex flex-wrap items-center justify-between gap-2 px-4 py-3">
          <Count
            shown={nested.length}
            total={page.total}
            exact={page.totalIsExact}
            noun={['group', 'groups']}
            more={nextCursor !== undefined}
          />
          <Pagination nextCursor={nextCursor} />
        </div>
      )}
      <ConfirmDestructive
        open={leaving !== undefined}
        onOpenChange={(open) => !open && setLeaving(undefined)}
        title={`Take ${leaving?.name} out of ${group.name}?`}
        consequences={[
          `${leaving?.members.toLocaleString('en')} people are in ${leaving?.name}. Those who are in ${group.name} by no other way lose what it gives access to.`,
        ]}
        confirmLabel="Take out"
        pending={remove.pending}
        error={remove.error}
        onConfirm={() => leaving && remove.run({ parentId: group.id, childId: leaving.id })}
      >
        {leaving && <DeprovisionImpact url={`/api/groups/${group.id}/deprovision-preview?nested=${leaving.id}`} />}
      </ConfirmDestructive>
    </Card>
  );
}

function AddNested({ group }: { group: { id: string; name: string } }) {
  const [chosen, setChosen] = useState<ComboboxOption>();
  const nest = useAction(nestGroupAction, {
    success: 'Group nested',
    showError: 'inline',
    onSuccess: () => setChosen(undefined),
  });
  return (
    <div className="grid gap-3">
      <FormError error={nest.error} />
      <div className="flex max-w-[480px] gap-2">
        <Combobox
          aria-label="Group to nest"
          placeholder="Choose a group"
          searchPlaceholder="Search groups"
          search={(query) => searchGroupOptions(query, { nestableUnder: group.id })}
          value={chosen}
          onChange={setChosen}
          className="min-w-0 flex-1"
        />
        <Button
          disabled={!chosen}
          pending={nest.pending}
          onClick={() => chosen && nest.run({ parentId: group.id, childId: chosen.value })}
        >
          Nest group
        </Button>
      </div>
    </div>
  );
}
