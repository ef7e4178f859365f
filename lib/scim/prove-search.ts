import type { ScimClient } from '@/lib/scim/client';
import { eqFilter } from '@/lib/scim/filter';
import { getIgnoringCase } from '@/lib/scim/json';
import type { ScimResource } from '@/lib/scim/path';
import type { RequestOptions } from '@/lib/scim/transport';

const nobodysName = 'latchkey-connection-test';

/** The same text in other letters: a search by userName has to find it (RFC 7643 §4.1.1: it is not case-exact). */
export function otherCase(text: string): string {
  const upper = text.toUpperCase();
  return upper === text ? text.toLowerCase() : upper;
}

/**
 * Proves a search by a name that nobody has, which must find nobody, and by an account that was just listed, which must be found alone
 * and whatever the case of its letters. A server may refuse filters, ignore them, fail, find nothing or too much.
 * @returns what is wrong with it; undefined where nothing is, or where it could not be told now
 */
export async function searchProblem(
  client: ScimClient,
  listed: readonly ScimResource[],
  request: RequestOptions,
): Promise<string | undefined> {
  const search = async (name: string) => {
    const result = await client.listUsers({ filter: eqFilter('userName', name), count: 2 }, request);
    if (result.ok) return { resources: result.value.resources };
    const { kind, detail, retryAfterMs } = result.failure;
    if (kind === 'invalid') return { problem: `Searching is refused: ${detail}` };
    return kind === 'unavailable' && retryAfterMs === undefined ? { problem: `Searching fails: ${detail}` } : undefined;
  };
  const nobody = await search(nobodysName);
  if (!nobody?.resources) return nobody?.problem;
  if (nobody.resources.some((one) => getIgnoringCase(one, 'userName') !== nobodysName)) return 'Filters are ignored';
  const known = listed.find(
    (one) => typeof one.id === 'string' && typeof getIgnoringCase(one, 'userName') === 'string',
  );
  if (!known) return undefined;
  const name = String(getIgnoringCase(known, 'userName'));
  const found = await search(otherCase(name));
  if (!found?.resources) return found?.problem;
  if (found.resources.some(({ id }) => id === known.id)) {
    const others = found.resources.filter(
      (one) => String(getIgnoringCase(one, 'userName')).toLowerCase() !== name.toLowerCase(),
    );
    return others.length > 0 ? 'Searching finds others, too' : undefined;
  }
  const exact = await search(name);
  if (!exact?.resources) return exact?.problem;
  return exact.resources.some(({ id }) => id === known.id)
    ? 'Searching minds the case of letters'
    : 'Searching does not find an account that is listed';
}
