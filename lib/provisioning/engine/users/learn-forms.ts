import type { Changes } from '@/lib/events/schema';
import { targetKey } from '@/lib/mappings/target';
import { readPath, type ScimResource } from '@/lib/scim/path';
import type { Connection } from '../../connection';
import { isSameForm, sameValue } from '../../plan/values';
import { normalisedTargets } from '../../server-profile';

/**
 * Keeps which attributes a server stores in another form than it is sent (Ana@… as ana@…), as its answer to a write tells: whoever is
 * held against it later is not corrected for that.
 * @param answered the resource as it is after the write; null where the server does not tell
 */
export async function learnForms(
  { client }: Pick<Connection, 'client'>,
  changes: Changes,
  answered: ScimResource | null,
): Promise<void> {
  if (!answered) return;
  const known = normalisedTargets(client.capabilities);
  const learned = Object.entries(changes).flatMap(([path, { to }]) => {
    if (typeof to !== 'string' || known.has(targetKey(path))) return [];
    const there = readPath(answered, path);
    return !sameValue(there, to) && isSameForm(there, to) ? [path] : [];
  });
  if (learned.length === 0) return;
  const before = client.capabilities.normalised ?? '';
  await client.learn(
    { normalised: [...(before === '' ? [] : [before]), ...learned].join('\n') },
    { status: null, text: `The answer to a change had ${learned.join(', ')} in another form` },
  );
}
