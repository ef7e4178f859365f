'use client';

import { useState } from 'react';
import { FormError } from '@/components/patterns/form-error';
import { useAction } from '@/components/patterns/use-action';
import { warnOfShared } from '@/components/patterns/warn-of-names';
import { Button } from '@/components/ui/button';
import { Combobox, type ComboboxOption } from '@/components/ui/combobox';
import { Dialog, DialogContent } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { searchPeopleOptions } from '../../../../users/_components/search-options';
import { assignUserAction } from '../actions';

/** Lets one person in without a group. */
export function AssignPerson({ applicationId }: { applicationId: string }) {
  const [open, setOpen] = useState(false);
  const [person, setPerson] = useState<ComboboxOption>();
  const assign = useAction(assignUserAction, {
    success: `${person?.label ?? 'The person'} was assigned`,
    showError: 'inline',
    onSuccess: ({ shared }) => {
      setOpen(false);
      warnOfShared(shared);
    },
  });
  const show = (next: boolean) => {
    setOpen(next);
    setPerson(undefined);
    assign.clearError();
  };
  return (
    <>
      <Button onClick={() => show(true)}>Assign person</Button>
      <Dialog open={open} onOpenChange={show}>
        <DialogContent
          title="Assign person"
          description="Gives one person access without a user group. It stays until it is taken away here."
          footer={
            <>
              <Button onClick={() => show(false)}>Cancel</Button>
              <Button
                variant="primary"
                disabled={!person}
                pending={assign.pending}
                onClick={() => person && void assign.run({ applicationId, userId: person.value })}
              >
                Assign person
              </Button>
            </>
          }
        >
          <div className="grid gap-4">
            <FormError error={assign.error} />
            <Field label="Person" required>
              <Combobox
                search={(query) => searchPeopleOptions(query)}
                value={person}
                onChange={setPerson}
                placeholder="Choose a person"
              />
            </Field>
          </div>
        </DialogContent>
      </Dialog>
    </>
  );
}
