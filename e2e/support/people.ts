import type { Cookie } from '@playwright/test';
import type { Role } from '@/lib/auth/permissions';
import { prepare } from './actions';
import { newMark } from './mark';

export interface TestPerson {
  id: string;
  username: string;
  email: string;
  password: string;
  displayName: string;
}

let made = 0;

/** A person of a test's own, with a password; `lastname` is one that nobody else has. */
export async function makePerson(administrator: Cookie[], role: Role = 'user'): Promise<TestPerson> {
  made += 1;
  const mark = `${newMark()}.${made}`;
  const username = `pat.${mark}`;
  const email = `${username}@acme.example`;
  const password = `Correct horse ${mark}`;
  const { id, url } = await prepare<{ id: string; url: string }>(
    'createUserAction',
    { username, email, firstname: 'Pat', lastname: `Tester-${mark}`, role, sendActivation: false },
    administrator,
  );
  await prepare('activateAction', { token: new URL(url).searchParams.get('token'), password }, []);
  return { id, username, email, password, displayName: `Pat Tester-${mark}` };
}
