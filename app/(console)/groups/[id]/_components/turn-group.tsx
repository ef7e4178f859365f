'use client';

import { useState } from 'react';
import { FormError } from '@/components/patterns/form-error';
import { useAction } from '@/components/patterns/use-action';
import { AlertDialog } from '@/components/ui/alert-dialog';
import { Button } from '@/components/ui/button';
import { Section } from '@/components/ui/card';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { turnGroupAction } from '../../actions';

/** Makes a group of an application one of the directory; asks first, in numbers. */
export function TurnGroup(props: {
  id: string;
  version: number;
  name: string;
  appName: string;
  people: number;
  /** Members over there who are not in the directory. */
  foreign: number;
  applications: number;
}) {
  const { id, version, name, appName, people, foreign, applications } = props;
  const [open, setOpen] = useState(false);
  const [wanted, setWanted] = useState(name);
  const turn = useAction(turnGroupAction, {
    success: `${wanted} is a user group of the directory`,
    showError: 'inline',
    onSuccess: () => setOpen(false),
  });
  const count = (value: number, one: string, many: string) =>
    `${value.toLocaleString('en')} ${value === 1 ? one : many}`;
  return (
    <Section
      title="Turn into a user group of the directory"
      description={`From then on it is changed here, and follows ${appName} no longer.`}
      stacked
    >
      <Button onClick={() => setOpen(true)}>Turn into a user group…</Button>
      <AlertDialog
        open={open}
        onOpenChange={(shown) => {
          setOpen(shown);
          turn.clearError();
        }}
        title={`Turn ${name} into a user group?`}
        description={`The group in ${appName} stays as it is, with its members. Neither follows the other any more.`}
        confirmLabel="Turn into a user group"
        pending={turn.pending}
        confirmDisabled={wanted.trim() === ''}
        onConfirm={() => void turn.run({ id, version, ...(wanted === name ? {} : { name: wanted }) })}
      >
        <ul className="grid list-disc gap-1 pl-5">
          <li>{count(people, 'person stays a member', 'people stay members')}, and nobody gains or loses access.</li>
          <li>
            {applications > 0
              ? `It gives access to ${count(applications, 'application', 'applications')}, as before.`
              : 'It gives access to no application itself.'}
          </li>
          {foreign > 0 && (
            <li>
              {count(foreign, 'member', 'members')} over there who {foreign === 1 ? 'is' : 'are'} not in the directory{' '}
              {foreign === 1 ? 'is' : 'are'} forgotten here.
            </li>
          )}
          <li>To push it to {appName} later, associate it there, and link the two.</li>
        </ul>
        <Field label="Name" help="Another one, where a user group of the directory has this name.">
          <Input
            value={wanted}
            autoComplete="off"
            maxLength={100}
            onChange={(event) => setWanted(event.target.value)}
          />
        </Field>
        <FormError error={turn.error} />
      </AlertDialog>
    </Section>
  );
}
