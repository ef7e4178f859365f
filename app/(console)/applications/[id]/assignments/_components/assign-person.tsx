'use client';

import { useState } from 'react';
import { FormError } from '@/components/patterns/form-error';
import { useAction } from '@/components/patterns/use-action';
import { warnOfShared } from '@/components/patterns/warn-of-names';
import { Button } from '@/components/ui/button';
import { Combobox, type ComboboxOption } from '@/components/ui/combobox';
import { Dialog, DialogContent } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { searchPeopleOptions } from '../../../../users/_components/search-options';
import { assignUserAction } from '../actions';

/** Lets one person in without a group. */
export function AssignPerson({ applicationId, appName }: { applicationId: string; appName: string }) {
  const [open, setOpen] = useState(false);
  const [person, setPerson] = useState<ComboboxOption>();
  const [username, setUsername] = useState('');
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
    setUsername('');
    assign.clearError();
  };
  const applicationUsername = username.trim();
  const atUsername = assign.error?.field === 'applicationUsername' ? assign.error : undefined;
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
                onClick={() =>
                  person &&
                  void assign.run({
                    ...{ applicationId, userId: person.value },
                    ...(applicationUsername ? { applicationUsername } : {}),
                  })
                }
              >
                Assign person
              </Button>
            </>
          }
        >
          <div className="grid gap-4">
            <FormError error={atUsername ? undefined : assign.error} />
            <Field label="Person" required>
              <Combobox
                search={(query) => searchPeopleOptions(query)}
                value={person}
                onChange={setPerson}
                placeholder="Choose a person"
              />
            </Field>
            <Field
              label="Application username"
              optional
              error={atUsername && `${atUsername.message} ${atUsername.hint ?? ''}`}
              help={`By which ${appName} is to know this person. Empty: made by the application's username format.`}
            >
              <Input mono value={username} spellCheck={false} onChange={(event) => setUsername(event.target.value)} />
            </Field>
          </div>
        </DialogContent>
      </Dialog>
    </>
  );
}
