'use client';

import { ChevronDown } from 'lucide-react';
import { useAction } from '@/components/patterns/use-action';
import { Button } from '@/components/ui/button';
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuTrigger,
} from '@/components/ui/dropdown-menu';
import type { ImportSelection } from '@/lib/imports/schema';
import { decideRowsAction } from '../actions';

/** The same choice for all that is selected, or for all that the filters match. */
export function BulkChoices(props: { importId: string; selection: ImportSelection; mayUpdate: boolean }) {
  const { importId, selection, mayUpdate } = props;
  const decide = useAction(decideRowsAction, {
    success: ({ changed }) => `Chosen for ${changed.toLocaleString('en')} ${changed === 1 ? 'account' : 'accounts'}`,
  });
  const choose = (kind: 'create' | 'link' | 'update' | 'ignore') => void decide.run({ importId, selection, kind });
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button pending={decide.pending}>
          Choose for all <ChevronDown aria-hidden className="text-muted" />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end">
        <DropdownMenuItem onSelect={() => choose('create')}>Create new users</DropdownMenuItem>
        <DropdownMenuItem onSelect={() => choose('link')}>Link to whom each matches</DropdownMenuItem>
        {mayUpdate && (
          <DropdownMenuItem onSelect={() => choose('update')}>
            Link, and update the person from the account
          </DropdownMenuItem>
        )}
        <DropdownMenuItem onSelect={() => choose('ignore')}>Ignore</DropdownMenuItem>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
