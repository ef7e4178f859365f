import type { Failure } from '@/lib/core/failure';

/** Why it did not work, in words for the form. */
export type SignInProblem = Pick<Failure, 'message'> & { hint?: string | undefined };

const wrong = { message: 'Username or password are not right.', hint: 'Check both; capitals count in the password.' };
const unanswered = { message: 'Latchkey did not answer.', hint: 'Check your connection, then try again.' };
const stale = { message: 'This page is out of date.', hint: 'Reload it, then try again.' };

/**
 * Signs this browser in. Next-auth's own script knows right and wrong alone; a refusal that says more (held up, suspended,
 * not available) comes as JSON, as of every other route. @returns undefined when it worked
 */
export async function signInByPassword(identifier: string, password: string): Promise<SignInProblem | undefined> {
  try {
    const csrf = await fetch('/api/auth/csrf');
    if (!csrf.ok) return problemIn(await csrf.json());
    const { csrfToken } = (await csrf.json()) as { csrfToken: string };
    const answer = await fetch('/api/auth/callback/credentials', {
      method: 'POST',
      body: new URLSearchParams({ csrfToken, identifier, password, json: 'true' }),
    });
    if (answer.status === 401) return wrong;
    const said: unknown = await answer.json();
    if (!answer.ok) return problemIn(said);
    // A token that does not fit its cookie is sent to next-auth's own page.
    return isObject(said) && String(said.url).includes('csrf=true') ? stale : undefined;
  } catch {
    return unanswered;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function problemIn(said: unknown): SignInProblem {
  if (!isObject(said) || typeof said.message !== 'string') return unanswered;
  return { message: said.message, hint: typeof said.hint === 'string' ? said.hint : undefined };
}
