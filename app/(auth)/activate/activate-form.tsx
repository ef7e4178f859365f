'use client';

import { useRouter } from 'next/navigation';
import { z } from 'zod';
import { FormError } from '@/components/patterns/form-error';
import { useActionForm } from '@/components/patterns/use-action-form';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { passwordMinLength, passwordSchema } from '@/lib/directory/schema';
import { activateAction } from '../actions';
import { signInByPassword } from '../sign-in-by-password';

const schema = z
  .object({ password: passwordSchema, repeated: z.string() })
  .refine((values) => values.password === values.repeated, {
    path: ['repeated'],
    message: 'The two passwords are not the same.',
  });

/** Sets the password by the one-time link, then signs in with it. */
export function ActivateForm({ token, username }: { token: string; username: string }) {
  const router = useRouter();
  const { form, submit, pending, error, fieldError } = useActionForm({
    schema,
    defaultValues: { password: '', repeated: '' },
    action: async ({ password }) => {
      const answer = await activateAction({ token, password });
      // Used meanwhile in another tab, or ended: the page says which, and the way on.
      if (!answer.ok && answer.code === 'link_expired') router.refresh();
      return answer;
    },
    after: 'none',
    onSuccess: async (_result, { password }) => {
      await signInByPassword(username, password);
      window.location.assign('/sign-in');
    },
  });
  return (
    <form onSubmit={submit} method="post" className="grid gap-5">
      <FormError error={error} />
      {/* For password managers: whose password it is. */}
      <input type="text" name="username" autoComplete="username" value={username} readOnly hidden />
      <Field
        label="Password"
        required
        error={fieldError('password')}
        help={`At least ${passwordMinLength} characters. A few words are easier to remember than signs.`}
      >
        <Input type="password" autoComplete="new-password" autoFocus {...form.register('password')} />
      </Field>
      <Field label="Repeat the password" required error={fieldError('repeated')}>
        <Input type="password" autoComplete="new-password" {...form.register('repeated')} />
      </Field>
      <Button type="submit" variant="primary" size="lg" pending={pending}>
        Set password
      </Button>
    </form>
  );
}
