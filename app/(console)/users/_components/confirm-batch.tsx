'use client';

import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { DeprovisionImpact } from '@/app/(console)/_components/deprovision-impact';
import { ConfirmDestructive } from '@/components/patterns/confirm-destructive';
import { useAction } from '@/components/patterns/use-action';
import { Combobox, type ComboboxOption } from '@/components/ui/combobox';
import { Field } from '@/components/ui/field';
import { atOnce, type batchActions, batchWords, type Selection } from '@/lib/batches/schema';
import { startUserBatchAction } from '../actions';
import { searchGroupOptions } from './search-options';

type ActionName = (typeof batchActions)[number];

const consequences: Readonly<Record<ActionName, readonly string[]>> = {
  suspend: ['They are signed out everywhere at once.', 'You, and the last administrator, are left out.'],
  reactivate: ['They can sign in again, and their accounts are activated where they are in scope.'],
  delete: [
    'They are signed out everywhere at once, and can be restored for 30 days.',
    'You, and the last administrator, are left out.',
  ],
  restore: ['Memberships and roles are as they were.'],
  add_to_group: ['They get access to the applications of the group.'],
  remove_from_group: ['Whoever is in no other group of an application loses access to it.'],
  send_activation: [
    'Each of them is mailed a link to choose a password; earlier links stop working.',
    'Who is suspended gets none.',
  ],
};

/** Says what it means for so many people, asks for what is missing, and starts it. */
export function ConfirmBatch({
  action,
  selection,
  onClose,
  onStarted,
}: {
  action: ActionName;
  selection: Selection;
  onClose: () => void;
  onStarted: (batchId: string) => void;
}) {
  const [group, setGroup] = useState<ComboboxOption>();
  const start = useAction(startUserBatchAction, { showError: 'inline', onSuccess: ({ id }) => onStarted(id) });
  const found = useSelected(selection);
  const count = selection.filter ? found : selection.userIds?.length;
  const people =
    count === undefined ? 'these people' : count === 1 ? '1 person' : `${count.toLocaleString('en')} people`;
  const inGroup = action === 'add_to_group' || action === 'remove_from_group';
  const title = inGroup
    ? `Add ${people} to a group?`
    : `${batchWords[action].verb}${action === 'send_activation' ? ' to' : ''} ${people}?`;
  const takesAway = action === 'suspend' || action === 'delete';
  return (
    <ConfirmDestructive
      open
      onOpenChange={(open) => !open && onClose()}
      title={title}
      consequences={[
        ...consequences[action],
        ...((count ?? 0) > atOnce ? ['It goes on in the background; the next page shows how far it has come.'] : []),
      ]}
      confirmLabel={inGroup ? 'Add to group' : batchWords[action].verb}
      pending={start.pending || count === undefined}
      error={start.error}
      onConfirm={() =>
        start.run({
          action,
          ...selection,
          ...(group ? { groupId: group.value } : {}),
          ...(selection.filter && count !== undefined ? { expected: count } : {}),
        })
      }
    >
      {takesAway && (
        <DeprovisionImpact url="/api/user-batches/preview" body={{ ...selection, suspends: action === 'suspend' }} />
      )}
      {inGroup && (
        <Field label="User group" required>
          <Combobox
            search={(query) => searchGroupOptions(query, { own: 'true' })}
            value={group}
            placeholder="Choose a user group"
            onChange={setGroup}
          />
        </Field>
      )}
    </ConfirmDestructive>
  );
}

/** How many people the filter of the list finds, all of them counted; undefined while that is asked, and of those who are checked. */
function useSelected(selection: Selection): number | undefined {
  const { data } = useQuery({
    queryKey: ['user-batch', 'selected', selection],
    enabled: selection.filter !== undefined,
    staleTime: 0,
    queryFn: async ({ signal }): Promise<{ people: number }> => {
      const answer = await fetch('/api/user-batches/preview', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...selection, suspends: true }),
        signal,
      });
      if (!answer.ok) throw new Error(`The people could not be counted (${answer.status}).`);
      return answer.json();
    },
  });
  return data?.people;
}
