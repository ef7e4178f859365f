'use client';

import { ChevronDown } from 'lucide-react';
import { useState } from 'react';
import { FormError } from '@/components/patterns/form-error';
import { useAction } from '@/components/patterns/use-action';
import { Button, TextLink } from '@/components/ui/button';
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
import { Status } from '@/components/ui/status';
import { links } from '@/lib/core/links';
import type { ImportGroupRow } from '@/lib/imports/groups/queries';
import { searchGroupOptions } from '../../../../users/_components/search-options';
import { LinkImpact } from '../../groups/_components/link-group';
import { decideImportGroupsAction } from '../actions';

interface Props {
  importId: string;
  application: { id: string; displayLabel: string };
  row: ImportGroupRow;
  readOnly: boolean;
  mayChange: boolean;
}

/** What is to be done with one group, or what became of it. */
export function GroupDecision({ importId, application, row, readOnly, mayChange }: Props) {
  const [linking, setLinking] = useState(false);
  const decide = useAction(decideImportGroupsAction);
  if (row.state === 'done') return <Done row={row} />;
  if (row.state === 'queued') return <Status tone="progress">Being imported</Status>;
  if (row.match === 'linked') return <span className="text-muted">Nothing to do</span>;
  if (row.match === 'kept') return <Status tone="attention">Held</Status>;
  if (readOnly) return <span>{words(row)}</span>;
  const choose = (decision: 'keep' | 'turn' | 'ignore') =>
    void decide.run({ importId, remoteIds: [row.remoteId], decision });
  return (
    <>
      <DropdownMenu>
        <DropdownMenuTrigger asChild>
          <Button
            size="sm"
            pending={decide.pending}
            aria-label={`What to do with ${row.name}: ${words(row)}`}
            className={row.decision === null || row.state === 'failed' ? 'max-w-full border-attention' : 'max-w-full'}
          >
            <span className="truncate">{words(row)}</span>
            <ChevronDown aria-hidden className="text-muted" />
          </Button>
        </DropdownMenuTrigger>
        <DropdownMenuContent align="end">
          <Choice
            label={`Keep as a group of ${application.displayLabel}`}
            hint="Read-only here, follows each import"
            onSelect={() => choose('keep')}
          />
          {mayChange && (
            <>
              <Choice
                label="Push a user group to it…"
                hint="Links the two; what is there is taken over"
                onSelect={() => setLinking(true)}
              />
              <Choice
                label="Turn into a user group"
                hint="Of the directory, with these members, without a tie"
                onSelect={() => choose('turn')}
              />
            </>
          )}
          <DropdownMenuSeparator />
          <Choice label="Ignore" hint="Also in later imports" onSelect={() => choose('ignore')} />
        </DropdownMenuContent>
      </DropdownMenu>
      {linking && (
        <LinkDialog importId={importId} application={application} row={row} close={() => setLinking(false)} />
      )}
    </>
  );
}

function Choice({ label, hint, onSelect }: { label: string; hint: string; onSelect: () => void }) {
  return (
    <DropdownMenuItem onSelect={onSelect}>
      <span className="grid">
        <span>{label}</span>
        <span className="text-muted text-xs">{hint}</span>
      </span>
    </DropdownMenuItem>
  );
}

function words({ decision, group, state }: ImportGroupRow): string {
  const retry = state === 'failed' ? 'Failed: ' : '';
  if (decision === 'keep') return `${retry}Keep`;
  if (decision === 'turn') return `${retry}Turn into a user group`;
  if (decision === 'ignore') return 'Ignore';
  return decision === 'link' ? `${retry}Link to ${group?.name ?? 'nobody'}` : 'Choose…';
}

function Done({ row }: { row: ImportGroupRow }) {
  if (row.gone) return <span className="text-muted">Kept as it was</span>;
  const done =
    row.decision === 'link'
      ? 'Linked'
      : row.decision === 'turn'
        ? 'Turned'
        : row.match === 'kept'
          ? 'Up to date'
          : 'Kept';
  return <Status tone="ok">{row.group ? <TextLink href={links.group(row.group.id)}>{done}</TextLink> : done}</Status>;
}

/** Chooses a user group, says what linking it sends, and who over there is not managed here. */
function LinkDialog({
  importId,
  application,
  row,
  close,
}: Pick<Props, 'importId' | 'application' | 'row'> & { close: () => void }) {
  const [chosen, setChosen] = useState<ComboboxOption | undefined>(
    row.match === 'name' && row.group ? { value: row.group.id, label: row.group.name } : undefined,
  );
  const decide = useAction(decideImportGroupsAction, { showError: 'inline', onSuccess: close });
  return (
    <Dialog open onOpenChange={(open) => !open && close()}>
      <DialogContent
        title={`Link ${row.name} to a user group`}
        description={`From then on the user group is pushed to ${row.name} in ${application.displayLabel}. It is linked when you import it.`}
        footer={
          <>
            <Button onClick={close}>Cancel</Button>
            <Button
              variant="primary"
              disabled={!chosen}
              pending={decide.pending}
              onClick={() =>
                chosen &&
                void decide.run({ importId, remoteIds: [row.remoteId], decision: 'link', groupId: chosen.value })
              }
            >
              Choose link
            </Button>
          </>
        }
      >
        <div className="grid gap-4">
          <FormError error={decide.error} />
          <Field label="User group" help={`One that is associated with ${application.displayLabel}.`}>
            <Combobox
              search={(query) => searchGroupOptions(query, { own: 'true' })}
              value={chosen}
              onChange={setChosen}
              placeholder="Choose a user group"
              searchPlaceholder="Search by name"
            />
          </Field>
          {chosen && <LinkImpact applicationId={application.id} groupId={chosen.value} remoteId={row.remoteId} />}
        </div>
      </DialogContent>
    </Dialog>
  );
}
