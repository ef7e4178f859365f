import { isSame, keyedHash } from '@/lib/crypto/keyed-hash';
import { randomToken } from '@/lib/crypto/tokens';

/** Days for which a browser counts as one that its person signed in with before; every sign-in begins them anew. */
export const knownBrowserDays = 365;
/** People that one browser is known for; beyond, the one who did not sign in for longest is forgotten. */
const mostPeople = 5;

const dayMs = 86_400_000;
const entryPattern = /^([A-Za-z0-9_-]{16})\.([0-9a-z]{1,9})\.([A-Za-z0-9_-]{22})$/;

interface Entry {
  /** The browser, for this person. */
  id: string;
  /** Seconds since 1970, base 36. */
  issued: string;
  seal: string;
}

interface Person {
  id: string;
  passwordHash: string | null;
}

/**
 * The seal covers the person and the password's hash: an entry is worth nothing for somebody else, and nothing any more
 * once the password is another, by whatever command.
 */
function sealOf(entry: Omit<Entry, 'seal'>, person: Person): string {
  return keyedHash('known-browser-v1', [entry.id, entry.issued, person.id, person.passwordHash].join('\n'));
}

function readEntries(cookie: string | undefined): Entry[] {
  return (cookie ?? '')
    .slice(0, 1000)
    .split('~')
    .flatMap((text) => {
      const [, id, issued, seal] = entryPattern.exec(text) ?? [];
      return id && issued && seal ? [{ id, issued, seal }] : [];
    })
    .slice(0, mostPeople);
}

function isOf(entry: Entry, person: Person, now: Date): boolean {
  const age = now.getTime() - Number.parseInt(entry.issued, 36) * 1000;
  if (person.passwordHash === null || age > knownBrowserDays * dayMs) return false;
  return isSame(entry.seal, sealOf(entry, person));
}

/**
 * The browser that a cookie names, if this person signed in with it before.
 * @param cookie its value as it came, from anybody
 * @returns the browser's id, which all copies of the cookie share
 */
export function knownBrowserOf(cookie: string | undefined, person: Person, now = new Date()): string | undefined {
  return readEntries(cookie).find((entry) => isOf(entry, person, now))?.id;
}

/**
 * The cookie for a browser in which a person has just shown to be who they are. People that it was known for before stay
 * in it. @param browserId as of {@link knownBrowserOf}; absent: a new one
 */
export function rememberBrowser(
  cookie: string | undefined,
  person: Person,
  browserId?: string,
  now = new Date(),
): string {
  const unsealed = { id: browserId ?? randomToken(12), issued: Math.floor(now.getTime() / 1000).toString(36) };
  const entry = { ...unsealed, seal: sealOf(unsealed, person) };
  const others = readEntries(cookie).filter((other) => other.id !== entry.id);
  return [entry, ...others]
    .slice(0, mostPeople)
    .map(({ id, issued, seal }) => `${id}.${issued}.${seal}`)
    .join('~');
}
