'use client';

import { useState } from 'react';
import { FormError } from '@/components/patterns/form-error';
import { useAction } from '@/components/patterns/use-action';
import { Button } from '@/components/ui/button';
import { Combobox, type ComboboxOption } from '@/components/ui/combobox';
import { Dialog, DialogContent } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { addToGroupAction } from '../actions';
import { AskToActivate } from './ask-to-activate';

/** Adds imported people to an associated group. @param remoteIds only these rows; absent: everybody who was imported */
export function AddToGroup({
  importId,
  groups,
  remoteIds,
  label,
}: {
  importId: string;
  groups: readonly { id: string; name: string }[];
  remoteIds?: readonly string[];
  label: string;
}) {
  const options = groups.map(({ id, name }) => ({ value: id, label: name }));
  const [open, setOpen] = useState(false);
  const [group, setGroup] = useState<ComboboxOption | undefined>(options.length === 1 ? options[0] : undefined);
  const add = useAction(addToGroupAction, {
    showError: 'inline',
    success: ({ changed }) => `${changed.toLocaleString('en')} added to ${group?.label ?? 'the group'}`,
    onSuccess: () => setOpen(false),
  });
  const [activateInactive, setActivateInactive] = useState(false);
  const asksToActivate = add.error?.field === 'activateInactive';
  const only = remoteIds ? { remoteIds: [...remoteIds] } : {};
  const run = () => group && void add.run({ importId, groupId: group.value, activateInactive, ...only });
  const toggle = (wanted: boolean) => {
    setOpen(wanted);
    setActivateInactive(false);
    add.clearError();
  };
  return (
    <>
      <Button onClick={() => setOpen(true)}>{label}</Button>
      <Dialog open={open} onOpenChange={toggle}>
        <DialogContent
          title="Add to an associated group"
          description={
            remoteIds
              ? `${remoteIds.length.toLocaleString('en')} selected, as far as they were imported.`
              : 'Everybody who was imported.'
          }
          footer={
            <Button
              variant="primary"
              disabled={!group || (asksToActivate && !activateInactive)}
              pending={add.pending}
              onClick={run}
            >
              Add to group
            </Button>
          }
        >
          <div className="grid gap-4">
            <Field
              label="User group"
              help="Members may sign in to the application, and Latchkey begins to manage their accounts within seconds."
            >
              <Combobox options={options} value={group} onChange={setGroup} placeholder="Choose a group" />
            </Field>
            {asksToActivate && add.error ? (
              <AskToActivate
                question={add.error.message}
                checked={activateInactive}
                onCheckedChange={setActivateInactive}
              />
            ) : (
              <FormError error={add.error} />
            )}
          </div>
        </DialogContent>
      </Dialog>
    </>
  );
}
