'use client';

import { signIn } from 'next-auth/react';
import { type FormEvent, useRef, useState } from 'react';
import { FormError } from '@/components/patterns/form-error';
import { Button, LinkButton } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';

const wrong = { message: 'Username or password are not right.', hint: 'Check both; capitals count in the password.' };
const unanswered = { message: 'Latchkey did not answer.', hint: 'Check your connection, then try again.' };

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
  const [error, setError] = useState<{ message: string; hint?: string }>();
  const [pending, setPending] = useState(false);
  const password = useRef<HTMLInputElement>(null);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (pending) return;
    const form = new FormData(event.currentTarget);
    setPending(true);
    setError(undefined);
    try {
      const answer = await signIn('credentials', {
        identifier: String(form.get('identifier')),
        password: String(form.get('password')),
        redirect: false,
      });
      if (answer?.ok) {
        // A whole new page load: nothing that was rendered for somebody else stays.
        window.location.assign(next);
        return;
      }
      setError(answer?.error && answer.error !== 'CredentialsSignin' ? split(answer.error) : wrong);
    } catch {
      setError(unanswered);
    }
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

/** What happened is the first sentence, how to mend it the rest. */
function split(text: string): { message: string; hint?: string } {
  const end = text.indexOf('. ');
  return end < 0 ? { message: text } : { message: text.slice(0, end + 1), hint: text.slice(end + 2) };
}
