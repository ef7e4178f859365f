'use client';

import { type FormEvent, useRef, useState } from 'react';
import { FormError } from '@/components/patterns/form-error';
import { Button, LinkButton } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { type SignInProblem, signInByPassword } from '../sign-in-by-password';

/** Username or e-mail address and password. `next` is a path of this origin, checked by the server. */
export function SignInForm({
  next,
  identifier,
  again = false,
}: {
  next: string;
  identifier?: string;
  again?: boolean;
}) {
  const [error, setError] = useState<SignInProblem>();
  const [pending, setPending] = useState(false);
  const password = useRef<HTMLInputElement>(null);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (pending) return;
    const form = new FormData(event.currentTarget);
    setPending(true);
    setError(undefined);
    const problem = await signInByPassword(String(form.get('identifier')), String(form.get('password')));
    if (!problem) {
      // A whole new page load: nothing that was rendered for somebody else stays.
      window.location.assign(next);
      return;
    }
    setError(problem);
    setPending(false);
    password.current?.select();
  };

  return (
    // method: should this be sent before the script is there, the password must not land in the address.
    <form onSubmit={submit} method="post" className="grid gap-5">
      <FormError error={error} />
      <Field label="Username or e-mail" required>
        <Input
          name="identifier"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
          autoFocus={!again}
          defaultValue={identifier}
          readOnly={again}
        />
      </Field>
      <Field label="Password" required>
        <Input
          ref={password}
          name="password"
          type="password"
          autoComplete="current-password"
          required
          autoFocus={again}
        />
      </Field>
      <Button type="submit" variant="primary" size="lg" pending={pending}>
        Sign in
      </Button>
      {!again && (
        <LinkButton href="/forgot-password" variant="link" className="justify-self-center">
          Forgot password, or none yet?
        </LinkButton>
      )}
    </form>
  );
}
