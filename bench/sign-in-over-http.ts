/** What a sign-in page has before somebody types: next-auth's token, and the cookie that it belongs to. */
export interface SignInPage {
  csrfToken: string;
  cookie: string;
}

const cookiesIn = (response: Response) => response.headers.getSetCookie().map((cookie) => cookie.split(';')[0] ?? '');

export async function openSignInPage(origin: string): Promise<SignInPage> {
  const response = await fetch(`${origin}/api/auth/csrf`);
  const { csrfToken } = (await response.json()) as { csrfToken: string };
  return { csrfToken, cookie: cookiesIn(response).join('; ') };
}

export function signInBody(page: SignInPage, identifier: string, password: string): string {
  return new URLSearchParams({ csrfToken: page.csrfToken, identifier, password, json: 'true' }).toString();
}

export const signInPath = '/api/auth/callback/credentials';
export const formType = 'application/x-www-form-urlencoded';

/** Signs in. @returns the session's cookie @throws Error when it is refused */
export async function signIn(origin: string, identifier: string, password: string): Promise<string> {
  const page = await openSignInPage(origin);
  const response = await fetch(`${origin}${signInPath}`, {
    method: 'POST',
    headers: { 'content-type': formType, cookie: page.cookie, origin },
    body: signInBody(page, identifier, password),
  });
  const session = cookiesIn(response).find((cookie) => cookie.includes('session-token='));
  if (!session) throw new Error(`${identifier} could not sign in: ${response.status} ${await response.text()}`);
  return session;
}
