'use client';

import { useTransition } from 'react';
import { z } from 'zod';
import { FormError } from '@/components/patterns/form-error';
import { useActionForm } from '@/components/patterns/use-action-form';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { passwordMinLength, passwordSchema } from '@/lib/directory/schema';
import { changeOwnPasswordAction, signOutAction } from '../actions';

const schema = z
  .object({
    currentPassword: z.string().min(1, 'Type the password that you were given.'),
    newPassword: passwordSchema,
    repeated: z.string(),
  })
  .refine((values) => values.newPassword === values.repeated, {
    path: ['repeated'],
    message: 'The two passwords are not the same.',
  });

/** Replaces the password that one was given, then goes on. @param next path of this origin, checked by the server */
export function OwnPasswordForm({ username, next }: { username: string; next: string }) {
  const [leaving, leave] = useTransition();
  const { form, submit, pending, error, fieldError } = useActionForm({
    schema,
    defaultValues: { currentPassword: '', newPassword: '', repeated: '' },
    action: ({ currentPassword, newPassword }) => changeOwnPasswordAction({ currentPassword, newPassword }),
    after: 'none',
    onSuccess: () => window.location.assign(next),
  });
  return (
    <form onSubmit={submit} method="post" className="grid gap-5">
      <FormError error={error} />
      {/* For password managers: whose password it is. */}
      <input type="text" name="username" autoComplete="username" value={username} readOnly hidden />
      <Field label="Password that you were given" required error={fieldError('currentPassword')}>
        <Input type="password" autoComplete="current-password" autoFocus {...form.register('currentPassword')} />
      </Field>
      <Field
        label="New password"
        required
        error={fieldError('newPassword')}
        help={`At least ${passwordMinLength} characters. A few words are easier to remember than signs.`}
      >
        <Input type="password" autoComplete="new-password" {...form.register('newPassword')} />
      </Field>
      <Field label="Repeat the new password" required error={fieldError('repeated')}>
        <Input type="password" autoComplete="new-password" {...form.register('repeated')} />
      </Field>
      <Button type="submit" variant="primary" size="lg" pending={pending}>
        Change password
      </Button>
      <Button
        variant="link"
        className="justify-self-center"
        pending={leaving}
        onClick={() => leave(async () => window.location.assign(await signOutAction()))}
      >
        Sign out
      </Button>
    </form>
  );
}
