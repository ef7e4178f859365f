'use client';

import { useState } from 'react';
import { FormError } from '@/components/patterns/form-error';
import { useActionForm } from '@/components/patterns/use-action-form';
import { Button, LinkButton } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { requestPasswordLinkSchema } from '@/lib/directory/schema';
import { requestPasswordLinkAction } from '../actions';

/** @param mailIsSent false: mail stays in the outbox, where an administrator takes the link from */
export function ForgotPasswordForm({ mailIsSent }: { mailIsSent: boolean }) {
  const [asked, setAsked] = useState<string>();
  const { form, submit, pending, error, fieldError } = useActionForm({
    schema: requestPasswordLinkSchema,
    defaultValues: { name: '' },
    action: requestPasswordLinkAction,
    after: 'none',
    onSuccess: (_result, { name }) => setAsked(name),
  });
  if (asked !== undefined) return <Asked name={asked} mailIsSent={mailIsSent} again={() => setAsked(undefined)} />;
  return (
    <div className="grid gap-6">
      <div className="grid gap-1">
        <h1 className="font-semibold text-lg">Forgot password</h1>
        <p className="text-muted">
          Also when you have none yet. You get a link by mail, by which you choose a new one; until then the present one
          works.
        </p>
      </div>
      <form onSubmit={submit} method="post" className="grid gap-5">
        <FormError error={error} />
        <Field label="Username or e-mail" required error={fieldError('name')}>
          <Input
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            autoFocus
            {...form.register('name')}
          />
        </Field>
        <Button type="submit" variant="primary" size="lg" pending={pending}>
          Send link
        </Button>
      </form>
      <LinkButton href="/sign-in" variant="link" className="justify-self-center">
        Back to sign-in
      </LinkButton>
    </div>
  );
}

function Asked({ name, mailIsSent, again }: { name: string; mailIsSent: boolean; again: () => void }) {
  return (
    <div className="grid gap-5">
      <div className="grid gap-2" role="status">
        <h1 className="font-semibold text-lg">{mailIsSent ? 'Look into your mailbox' : 'Ask an administrator'}</h1>
        <p>
          If <span className="break-words font-medium">{name}</span> can sign in here, a link{' '}
          {mailIsSent
            ? 'is on its way to the e-mail address that Latchkey knows.'
            : 'was made. This Latchkey sends no mail: your administrator has the link for you.'}
        </p>
        <p className="text-muted">
          {mailIsSent
            ? 'Nothing came after a few minutes? Look among unwanted mail, and whether the name is right; or ask an administrator for a link.'
            : 'It works once, and not for long.'}
        </p>
      </div>
      <LinkButton href="/sign-in" variant="primary" size="lg">
        Back to sign-in
      </LinkButton>
      <Button variant="link" className="justify-self-center" onClick={again}>
        Try another name
      </Button>
    </div>
  );
}
