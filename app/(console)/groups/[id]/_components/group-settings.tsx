'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { DeprovisionImpact } from '@/app/(console)/_components/deprovision-impact';
import { ConfirmDestructive } from '@/components/patterns/confirm-destructive';
import { FormError } from '@/components/patterns/form-error';
import { SaveBar } from '@/components/patterns/save-bar';
import { useAction } from '@/components/patterns/use-action';
import { useActionForm } from '@/components/patterns/use-action-form';
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

interface Meanwhile {
  version: number;
  values: { name: string; description: string };
}

/** Rename, describe, delete. Overtaken by somebody else: what was typed stays, the field says what is there now. */
export function GroupSettings(props: Settings) {
  const [meanwhile, setMeanwhile] = useState<Meanwhile>();
  const [version, setVersion] = useState(props.version);
  const { form, submit, pending, error, fieldError } = useActionForm({
    schema: groupValuesSchema,
    defaultValues: { name: props.name, description: props.description },
    action: async (values) => {
      const result = await updateGroupAction({ ...values, id: props.id, version: meanwhile?.version ?? version });
      if (!result.ok && result.code === 'stale_version') setMeanwhile(result.details as Meanwhile);
      return result;
    },
    success: 'Saved',
    onSuccess: (result) => {
      setMeanwhile(undefined);
      setVersion(result.version);
    },
  });
  const changed = (name: 'name' | 'description') =>
    meanwhile && meanwhile.values[name] !== props[name]
      ? `Changed by somebody else meanwhile: now ${meanwhile.values[name] ? `“${meanwhile.values[name]}”` : 'empty'}.`
      : undefined;
  return (
    <div className="grid gap-8">
      <form onSubmit={submit} className="grid gap-5">
        <FormError error={error} />
        <FormColumn>
          <Field
            label="Name"
            required
            error={fieldError('name') ?? changed('name')}
            help="Managed groups in applications are renamed with it."
          >
            <Input autoComplete="off" {...form.register('name')} />
          </Field>
          <Field label="Description" optional error={fieldError('description') ?? changed('description')}>
            <Textarea rows={3} {...form.register('description')} />
          </Field>
        </FormColumn>
        <SaveBar
          dirty={form.formState.isDirty}
          pending={pending}
          onDiscard={() => form.reset()}
          {...(meanwhile ? { saveLabel: 'Save over the other changes' } : {})}
        />
      </form>
      <DeleteGroup {...props} />
    </div>
  );
}

function DeleteGroup({ id, name, people, applications }: Settings) {
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
