'use client';

import { ChevronDown } from 'lucide-react';
import { useRouter, useSearchParams } from 'next/navigation';
import { useState } from 'react';
import type { BulkSelection } from '@/components/patterns/data-table';
import { Button } from '@/components/ui/button';
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuTrigger,
} from '@/components/ui/dropdown-menu';
import { type batchActions, batchWords, type Selection } from '@/lib/batches/schema';
import { links } from '@/lib/core/links';
import { ConfirmBatch } from './confirm-batch';

type ActionName = (typeof batchActions)[number];

/** What can be done to the checked people, or to all that the filter finds. */
export function BulkUserActions({ selection, deleted }: { selection: BulkSelection; deleted: boolean }) {
  const router = useRouter();
  const search = useSearchParams();
  const [action, setAction] = useState<ActionName>();
  const selected: Selection = selection.allMatching ? { filter: filterOf(search) } : { userIds: selection.ids };
  const offered: readonly ActionName[] = deleted
    ? ['restore']
    : ['suspend', 'reactivate', 'add_to_group', 'send_activation', 'delete'];
  return (
    <>
      <DropdownMenu>
        <DropdownMenuTrigger asChild>
          <Button>
            Change them
            <ChevronDown aria-hidden className="text-muted" />
          </Button>
        </DropdownMenuTrigger>
        <DropdownMenuContent align="end">
          {offered.map((one) => (
            <DropdownMenuItem key={one} danger={one === 'delete'} onSelect={() => setAction(one)}>
              {batchWords[one].verb}…
            </DropdownMenuItem>
          ))}
        </DropdownMenuContent>
      </DropdownMenu>
      {action && (
        <ConfirmBatch
          action={action}
          selection={selected}
          onClose={() => setAction(undefined)}
          onStarted={(id) => {
            selection.clear();
            router.push(links.userBatch(id));
          }}
        />
      )}
    </>
  );
}

const filterNames = ['q', 'status', 'role', 'department', 'names'];

/** The filters of the list as they stand in the address. */
function filterOf(search: URLSearchParams): NonNullable<Selection['filter']> {
  const kept = [...search].filter(([name, value]) => value && filterNames.includes(name));
  return Object.fromEntries(kept);
}
