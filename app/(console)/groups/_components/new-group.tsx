'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { FormError } from '@/components/patterns/form-error';
import { useActionForm } from '@/components/patterns/use-action-form';
import { Button } from '@/components/ui/button';
import { CheckboxField } from '@/components/ui/checkbox';
import { Dialog, DialogContent, DialogTrigger } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Textarea } from '@/components/ui/textarea';
import { links } from '@/lib/core/links';
import { groupValuesSchema } from '@/lib/directory/schema';
import { createGroupAction } from '../actions';

/** Asks for name and description, then opens the new group, where members are added. */
export function NewGroup() {
  const [open, setOpen] = useState(false);
  return (
    <Dialog open={open} onOpenChange={setOpen}>
      <DialogTrigger asChild>
        <Button variant="primary">New group</Button>
      </DialogTrigger>
      <DialogContent title="New user group">
        <Form onCancel={() => setOpen(false)} />
      </DialogContent>
    </Dialog>
  );
}

function Form({ onCancel }: { onCancel: () => void }) {
  const router = useRouter();
  const [dynamic, setDynamic] = useState(false);
  const { form, submit, pending, error, fieldError } = useActionForm({
    schema: groupValuesSchema,
    defaultValues: { name: '', description: '' },
    action: createGroupAction,
    after: 'none',
    success: 'Group created',
    onSuccess: ({ id }) => router.push(dynamic ? links.groupRule(id) : links.group(id)),
  });
  return (
    <form onSubmit={submit} className="grid gap-5">
      <FormError error={error} />
      <Field label="Name" required error={fieldError('name')}>
        <Input autoComplete="off" {...form.register('name')} />
      </Field>
      <Field label="Description" optional error={fieldError('description')}>
        <Textarea rows={3} {...form.register('description')} />
      </Field>
      <CheckboxField
        label="Members follow from a rule"
        help="A dynamic group. The rule is made on the next page, which shows who falls under it before it is saved."
        checked={dynamic}
        onCheckedChange={(checked) => setDynamic(checked === true)}
      />
      <div className="flex justify-end gap-2">
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" variant="primary" pending={pending}>
          Create group
        </Button>
      </div>
    </form>
  );
}
