'use client';

import { useState } from 'react';
import { FormError } from '@/components/patterns/form-error';
import { useAction } from '@/components/patterns/use-action';
import { AlertDialog } from '@/components/ui/alert-dialog';
import { Button } from '@/components/ui/button';
import type { ImportGroupRow } from '@/lib/imports/groups/queries';
import { confirmImportGroupsAction } from '../actions';

const groups = (count: number) => `${count.toLocaleString('en')} ${count === 1 ? 'group' : 'groups'}`;

/** Imports the groups that are selected, or all for which something is chosen; asks first, in numbers. */
export function ConfirmGroups({
  importId,
  appName,
  ready,
  held,
  selected,
  onDone,
}: {
  importId: string;
  appName: string;
  /** For how many something is chosen. */
  ready: number;
  /** People who would lose access by it; null: the safeguard holds nothing. */
  held: number | null;
  /** Absent: all. */
  selected?: readonly ImportGroupRow[];
  onDone?: () => void;
}) {
  const [asking, setAsking] = useState(false);
  const confirm = useAction(confirmImportGroupsAction, {
    showError: 'inline',
    success: ({ changed }) => `${groups(changed ?? 0)} ${changed === 1 ? 'is' : 'are'} being imported`,
    onSuccess: () => {
      setAsking(false);
      onDone?.();
    },
  });
  const of = (decision: ImportGroupRow['decision']) => selected?.filter((row) => row.decision === decision).length ?? 0;
  const left = selected?.filter((row) => row.decision === null || row.decision === 'ignore').length ?? 0;
  const leaving = selected ? selected.reduce((sum, row) => sum + (row.match === 'kept' ? row.leaves : 0), 0) : 0;
  return (
    <>
      <Button variant="primary" disabled={ready === 0} onClick={() => setAsking(true)}>
        {selected ? 'Import' : `Import ${groups(ready)}`}
      </Button>
      <AlertDialog
        open={asking}
        onOpenChange={(open) => {
          setAsking(open);
          confirm.clearError();
        }}
        title={`Import ${groups(ready)}?`}
        description={`Nothing is changed in ${appName}, except by groups that are linked.`}
        confirmLabel="Import"
        pending={confirm.pending}
        onConfirm={() =>
          void confirm.run({ importId, ...(selected ? { remoteIds: selected.map((row) => row.remoteId) } : {}) })
        }
      >
        <ul className="grid list-disc gap-1 pl-5">
          {of('keep') > 0 && (
            <li>
              {groups(of('keep'))} kept as groups of {appName}, or brought up to date.
            </li>
          )}
          {of('link') > 0 && (
            <li>{groups(of('link'))} linked: user groups are pushed to them, and members who are not managed stay.</li>
          )}
          {of('turn') > 0 && <li>{groups(of('turn'))} turned into user groups of the directory.</li>}
          {left > 0 && <li>{groups(left)} left out.</li>}
          {!selected && <li>Each as was chosen. Those for which nothing is chosen are left out.</li>}
          {leaving > 0 && <li>People leave a group {leaving.toLocaleString('en')} times.</li>}
          {held !== null && held > 0 && (!selected || leaving > 0) && (
            <li className="font-medium">
              {held.toLocaleString('en')} {held === 1 ? 'person loses' : 'people lose'} access to applications, by the
              groups that they have left over there.
            </li>
          )}
        </ul>
        <FormError error={confirm.error} />
      </AlertDialog>
    </>
  );
}
