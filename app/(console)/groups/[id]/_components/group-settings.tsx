'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { DeprovisionImpact } from '@/app/(console)/_components/deprovision-impact';
import { ConfirmDestructive } from '@/components/patterns/confirm-destructive';
import { ConflictNotice } from '@/components/patterns/conflict-notice';
import { FormError } from '@/components/patterns/form-error';
import { SaveBar } from '@/components/patterns/save-bar';
import { useAction } from '@/components/patterns/use-action';
import { useVersionedForm } from '@/components/patterns/use-versioned-form';
import { Button } from '@/components/ui/button';
import { Section } from '@/components/ui/card';
import { Field, FormColumn } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Textarea } from '@/components/ui/textarea';
import { links } from '@/lib/core/links';
import { groupValuesSchema } from '@/lib/directory/schema';
import { deleteGroupAction, updateGroupAction } from '../../actions';

interface Settings {
  id: string;
  version: number;
  name: string;
  description: string;
  people: number;
  applications: number;
}

/** Rename, describe, delete. */
export function GroupSettings(props: Settings) {
  const { form, submit, pending, error, conflict, fieldError } = useVersionedForm({
    schema: groupValuesSchema,
    defaultValues: { name: props.name, description: props.description },
    version: props.version,
    fields: { name: 'Name', description: 'Description' },
    action: (values, version) => updateGroupAction({ ...values, id: props.id, version }),
    success: 'Saved',
  });
  return (
    <div className="grid gap-8">
      <form onSubmit={submit} className="grid gap-5">
        <ConflictNotice conflict={conflict} title="Somebody else changed this group while you were editing" />
        <FormError error={error} />
        <FormColumn>
          <Field
            label="Name"
            required
            error={fieldError('name')}
            help="Managed groups in applications are renamed with it."
          >
            <Input autoComplete="off" {...form.register('name')} />
          </Field>
          <Field label="Description" optional error={fieldError('description')}>
            <Textarea rows={3} {...form.register('description')} />
          </Field>
        </FormColumn>
        <SaveBar dirty={form.formState.isDirty} pending={pending} onDiscard={() => form.reset()} />
      </form>
      <DeleteGroup {...props} />
    </div>
  );
}

/** Deletes a group, once its name is typed. */
export function DeleteGroup({ id, name, people, applications }: Omit<Settings, 'version' | 'description'>) {
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const remove = useAction(deleteGroupAction, {
    success: `${name} was deleted`,
    showError: 'inline',
    onSuccess: () => router.push(links.groups()),
  });
  const who = people === 1 ? '1 person is' : `${people.toLocaleString('en')} people are`;
  const where = applications === 1 ? 'one application' : `${applications} applications`;
  return (
    <Section title="Delete this group" description="Nobody in it is deleted." stacked>
      <Button variant="danger-quiet" onClick={() => setOpen(true)}>
        Delete group
      </Button>
      <ConfirmDestructive
        open={open}
        onOpenChange={setOpen}
        title={`Delete ${name}?`}
        consequences={[
          `${who} in this group, nested groups included. They stay in the directory.`,
          applications > 0
            ? `It gives access to ${where}; where groups are managed, the group that was pushed there is deleted.`
            : 'It is associated with no application itself.',
        ]}
        typeToConfirm={{ label: `Type the name: ${name}`, value: name }}
        confirmLabel="Delete group"
        pending={remove.pending}
        error={remove.error}
        onConfirm={(typed) => remove.run({ id, typed })}
      >
        <DeprovisionImpact url={`/api/groups/${id}/deprovision-preview`} />
      </ConfirmDestructive>
    </Section>
  );
}
