'use client';

import { z } from 'zod';
import { FormError } from '@/components/patterns/form-error';
import { useActionForm } from '@/components/patterns/use-action-form';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { passwordMinLength, passwordSchema } from '@/lib/directory/schema';
import { changeOwnPasswordAction } from '../../actions';

const schema = z.object({
  currentPassword: z.string().min(1, 'Type your present password.'),
  newPassword: passwordSchema,
});

/** Changes one's own password; every other session ends. */
export function PasswordForm({ username }: { username: string }) {
  const { form, submit, pending, error, fieldError } = useActionForm({
    schema,
    defaultValues: { currentPassword: '', newPassword: '' },
    action: changeOwnPasswordAction,
    success: 'Password changed. Your other sessions were ended.',
    after: 'reset',
  });
  return (
    <form onSubmit={submit} method="post" className="grid gap-4">
      <h2 className="font-semibold text-sm">Change password</h2>
      <FormError error={error} />
      <input type="text" name="username" autoComplete="username" value={username} readOnly hidden />
      <Field label="Present password" required error={fieldError('currentPassword')}>
        <Input type="password" autoComplete="current-password" {...form.register('currentPassword')} />
      </Field>
      <Field
        label="New password"
        required
        error={fieldError('newPassword')}
        help={`At least ${passwordMinLength} characters.`}
      >
        <Input type="password" autoComplete="new-password" {...form.register('newPassword')} />
      </Field>
      <Button type="submit" pending={pending}>
        Change password
      </Button>
    </form>
  );
}
