'use client';

import { ChevronDown } from 'lucide-react';
import { useState } from 'react';
import { useAction } from '@/components/patterns/use-action';
import { Button } from '@/components/ui/button';
import { Combobox, type ComboboxOption } from '@/components/ui/combobox';
import { Dialog, DialogContent } from '@/components/ui/dialog';
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from '@/components/ui/dropdown-menu';
import { Field } from '@/components/ui/field';
import { foldName } from '@/lib/core/fold-name';
import type { ImportRowView } from '@/lib/imports/queries';
import { searchPeopleOptions } from '../../../../users/_components/search-options';
import { decideRowAction } from '../actions';
import { CommentDialog } from './comments';

type Decision = { kind: 'create' } | { kind: 'link' | 'update'; userId: string } | { kind: 'ignore' };

/** Who looks: what they may choose depends on it. */
export interface Reviewer {
  id: string;
  /** Whether they link people to accounts that have another name than theirs. */
  mayGiveNames: boolean;
}

/** What is to be done with one account: create, link to somebody, ignore. */
export function DecisionCell({
  importId,
  row,
  reviewer,
  readOnly,
}: {
  importId: string;
  row: ImportRowView;
  reviewer: Reviewer;
  readOnly: boolean;
}) {
  const [searching, setSearching] = useState(false);
  const [commenting, setCommenting] = useState(false);
  const decide = useAction(decideRowAction);
  if (row.match === 'imported' || row.state === 'done') return <span className="text-muted">Nothing to do</span>;
  if (readOnly) return <span>{words(row)}</span>;
  const choose = (decision: Decision) => void decide.run({ importId, remoteId: row.remoteId, decision });
  return (
    <>
      <DropdownMenu>
        <DropdownMenuTrigger asChild>
          <Button
            size="sm"
            pending={decide.pending}
            aria-label={`What to do with ${row.name}: ${words(row)}`}
            className={row.decision === null ? 'max-w-full border-attention' : 'max-w-full'}
          >
            <span className="truncate">{words(row)}</span>
            <ChevronDown aria-hidden className="text-muted" />
          </Button>
        </DropdownMenuTrigger>
        <DropdownMenuContent align="end">
          <DropdownMenuItem onSelect={() => choose({ kind: 'create' })}>Create a new user</DropdownMenuItem>
          {row.candidates.map((person) => (
            <DropdownMenuItem
              key={person.id}
              disabled={objectionTo(person, row, reviewer) !== undefined}
              onSelect={() => choose({ kind: 'link', userId: person.id })}
            >
              <span className="grid min-w-0">
                <span className="truncate">
                  Link to {person.displayName} <span className="text-muted">({person.username})</span>
                </span>
                <span className="text-muted text-xs">
                  {objectionTo(person, row, reviewer) ??
                    (isOtherName(person, row) && `Signs in as “${row.userName}” then`)}
                </span>
              </span>
            </DropdownMenuItem>
          ))}
          {reviewer.mayGiveNames &&
            row.candidates
              .filter((person) => objectionTo(person, row, reviewer) === undefined && updatesOf(person).length > 0)
              .map((person) => (
                <DropdownMenuItem key={person.id} onSelect={() => choose({ kind: 'update', userId: person.id })}>
                  <span className="grid min-w-0">
                    <span className="truncate">Link and update {person.displayName}</span>
                    <span className="max-w-80 truncate text-muted text-xs">{updatesOf(person).join('; ')}</span>
                  </span>
                </DropdownMenuItem>
              ))}
          {reviewer.mayGiveNames && (
            <DropdownMenuItem onSelect={() => setSearching(true)}>Link to somebody else…</DropdownMenuItem>
          )}
          <DropdownMenuSeparator />
          <DropdownMenuItem onSelect={() => choose({ kind: 'ignore' })}>Ignore</DropdownMenuItem>
          <DropdownMenuItem onSelect={() => setCommenting(true)}>Comment…</DropdownMenuItem>
        </DropdownMenuContent>
      </DropdownMenu>
      <CommentDialog importId={importId} row={row} open={commenting} onOpenChange={setCommenting} />
      <LinkDialog
        open={searching}
        onOpenChange={setSearching}
        row={row}
        onChoose={(userId) => {
          setSearching(false);
          choose({ kind: 'link', userId });
        }}
      />
    </>
  );
}

type Person = ImportRowView['candidates'][number];

const isOtherName = (person: Person, row: ImportRowView) =>
  foldName(person.applicationUsername) !== foldName(row.userName);

/** What an update would write, in words. */
const updatesOf = ({ compared }: Person) =>
  compared
    .filter((one) => one.updates)
    .map(({ label, person, account }) => `${label}: ${person ?? 'none'} → ${account}`);

/** Why this person cannot be chosen by whoever looks. */
function objectionTo(person: Person, row: ImportRowView, reviewer: Reviewer): string | undefined {
  if (person.id === reviewer.id) return 'You: somebody else has to choose this';
  if (reviewer.mayGiveNames || !isOtherName(person, row)) return undefined;
  return `Would sign in as “${row.userName}”: for administrators`;
}

function words({ decision, person }: ImportRowView): string {
  if (decision === 'create') return 'Create';
  if (decision === 'ignore') return 'Ignore';
  if (decision === 'update') return `Link and update ${person?.displayName ?? 'nobody'}`;
  return decision === 'link' ? `Link to ${person?.displayName ?? 'nobody'}` : 'Choose…';
}

function LinkDialog({
  open,
  onOpenChange,
  row,
  onChoose,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  row: ImportRowView;
  onChoose: (userId: string) => void;
}) {
  const [chosen, setChosen] = useState<ComboboxOption>();
  return (
    <Dialog open={open} onOpenChange={onOpenChange}>
      <DialogContent
        title={`Link ${row.name}`}
        description={`The account ${row.userName} becomes the account of the person you choose, who signs in to it as “${row.userName}” from then on.`}
        footer={
          <Button variant="primary" disabled={!chosen} onClick={() => chosen && onChoose(chosen.value)}>
            Link
          </Button>
        }
      >
        <Field label="Person">
          <Combobox
            search={searchPeopleOptions}
            value={chosen}
            onChange={setChosen}
            placeholder="Choose a person"
            searchPlaceholder="Search by name, e-mail, username"
          />
        </Field>
      </DialogContent>
    </Dialog>
  );
}
