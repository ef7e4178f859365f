'use client';

import { useId } from 'react';
import { Controller } from 'react-hook-form';
import { FormError } from '@/components/patterns/form-error';
import { useActionForm } from '@/components/patterns/use-action-form';
import { Button } from '@/components/ui/button';
import { DialogContent } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { defaultRequestsPerMinute } from '@/lib/tokens/schema';
import { createTokenAction } from '../actions';
import { RoleChoice } from './role-choice';
import { expiryOf, type Lifetime, tokenFormSchema } from './token-form-schema';
import type { MadeToken } from './token-shown';

const lifetimeOptions: { value: Lifetime; label: string }[] = [
  { value: '30', label: 'In 30 days' },
  { value: '90', label: 'In 90 days' },
  { value: '365', label: 'In 365 days' },
  { value: 'date', label: 'On a date' },
  { value: 'never', label: 'Never' },
];

/** The first half of creating a token: what it is called, may do, and until when. */
export function TokenForm({ onCreated, onCancel }: { onCreated: (made: MadeToken) => void; onCancel: () => void }) {
  const id = useId();
  const { form, submit, pending, error, fieldError } = useActionForm({
    schema: tokenFormSchema,
    // No role yet: it is worth a thought.
    defaultValues: { label: '', lifetime: '90', date: '', requestsPerMinute: defaultRequestsPerMinute },
    action: ({ label, role, lifetime, date, requestsPerMinute }) =>
      createTokenAction({ label, role, requestsPerMinute, expiresAt: expiryOf(lifetime, date) }),
    after: 'none',
    onSuccess: ({ token }, { label, lifetime, date }) =>
      onCreated({ token, label, expiresAt: expiryOf(lifetime, date) }),
  });
  const lifetime = form.watch('lifetime');
  return (
    <DialogContent
      title="Create token"
      description="For one script or system, in your name: it works while you are active in a role that may do as much. One that depends on nobody is made on the machine, by npm run token."
      footer={
        <>
          <Button onClick={onCancel} disabled={pending}>
            Cancel
          </Button>
          <Button type="submit" form={id} variant="primary" pending={pending}>
            Create token
          </Button>
        </>
      }
    >
      <form id={id} onSubmit={submit} className="grid gap-5">
        <FormError error={error} />
        <Field
          label="Name"
          required
          error={fieldError('label')}
          help="By which it is known in this list and in events."
        >
          <Input autoComplete="off" placeholder="Nightly import" {...form.register('label')} />
        </Field>
        <Controller
          name="role"
          control={form.control}
          render={({ field }) => (
            <RoleChoice value={field.value} onChange={field.onChange} error={fieldError('role')} />
          )}
        />
        <div className="grid items-start gap-x-4 gap-y-5 sm:grid-cols-2">
          <Controller
            name="lifetime"
            control={form.control}
            render={({ field }) => (
              <Field label="Expires" help={expiryWords(field.value)}>
                <Select options={lifetimeOptions} value={field.value} onValueChange={field.onChange} />
              </Field>
            )}
          />
          {lifetime === 'date' && (
            <Field label="Last day" required error={fieldError('date')} help="It works until the end of this day.">
              <Input type="date" {...form.register('date')} />
            </Field>
          )}
        </div>
        <details className="group">
          <summary className="w-fit rounded-sm text-muted hover:text-ink">More</summary>
          <Field
            className="pt-4 sm:max-w-64"
            label="Requests a minute"
            error={fieldError('requestsPerMinute')}
            help="Beyond, a request is answered with 429 and when to try again."
          >
            <Input type="number" inputMode="numeric" {...form.register('requestsPerMinute', { valueAsNumber: true })} />
          </Field>
        </details>
      </form>
    </DialogContent>
  );
}

function expiryWords(lifetime: Lifetime): string | undefined {
  if (lifetime === 'date') return undefined;
  const at = expiryOf(lifetime, '');
  return at
    ? `On ${at.toLocaleDateString('en', { dateStyle: 'long' })}.`
    : 'It works until somebody revokes it: think of it when the script is gone.';
}
