import { sameJson } from '@/lib/core/same-json';
import type { ScimClient, UpdateResult } from '@/lib/scim/client';
import { collectionOf } from '@/lib/scim/collection';
import type { ScimFailure } from '@/lib/scim/failure';
import { lessonOf } from '@/lib/scim/lesson';
import type { PatchForm, ScimOperation } from '@/lib/scim/patch';
import type { RequestOptions } from '@/lib/scim/transport';
import type { Update } from '@/lib/scim/update';
import { withVersion } from '@/lib/scim/with-version';

/** Several requests about one resource. */
interface Talk {
  client: ScimClient;
  update: Update;
  options: RequestOptions;
}

/** In which forms PATCH may be meant that a server refuses: the likelier first, each beside those before it. */
const forms = [
  { name: 'pathFilters', value: false },
  { name: 'addAbsent', value: true },
  { name: 'oneOperation', value: true },
] as const;

/** More are not sent one by one to find out whether the server takes only one. */
const fewOperations = 20;

/**
 * Changes a resource in the way that its server is known to take. Where it refuses that, another way is tried in the same
 * attempt, each once, and what works is learned: PUT where there is no PATCH after all (405, 501), another form of PATCH (400,
 * 500), the version of the resource (428, 412). Where somebody else has changed it meanwhile (412), it is read and worked out
 * again, once.
 */
export async function updateResource(
  client: ScimClient,
  update: Update,
  options: RequestOptions = {},
): Promise<UpdateResult> {
  const result = await updateOnce({ client, update, options });
  if (result.ok || result.failure.status !== 412) return result;
  const read = await collectionOf(client, update.collection).get(update.id, options);
  if (!read.ok) return read;
  // Whoever was faster may have done it.
  const again = update.again(read.value);
  return again ? updateOnce({ client, update: again, options }) : read;
}

async function updateOnce(talk: Talk): Promise<UpdateResult> {
  const { client, update } = talk;
  const name = update.collection === 'Users' ? 'patch' : 'patchGroups';
  if (update.by === 'PUT' || !client.capabilities[name]) return put(talk);
  const patched = await patch(talk);
  if (patched.ok || !hasNoPatch(patched.failure)) return patched;
  const whole = await put(talk);
  if (whole.ok) await client.learn({ [name]: false }, lessonOf(patched.failure));
  // Neither is there: what was refused first is what can be mended.
  return !whole.ok && hasNoPatch(whole.failure) ? patched : whole;
}

/** PATCH in the known form, and where that is refused in others. */
async function patch(talk: Talk): Promise<UpdateResult> {
  const { client } = talk;
  let form: PatchForm = { ...client.capabilities };
  let known = await knownFor(talk, form);
  if ('ok' in known) return known;
  let operations = known.update.operations(form);
  const done: ScimOperation[] = [];
  const first = await sendPatch(known, operations, form, done);
  if (first.ok) noteAccepted(known, form, operations);
  let result = first;
  for (const { name, value } of forms) {
    if (first.ok || result.ok || !mayBeForm(result.failure)) break;
    if (form[name] === value || client.accepted.has(`${talk.update.collection} ${name}`)) continue;
    const next = { ...form, [name]: value };
    const others = known.update.operations(next);
    if (name === 'oneOperation' ? !areFew(others) : sameJson(operations, others)) continue;
    known = await knownFor(known, next);
    if ('ok' in known) return known;
    form = next;
    operations = known.update.operations(next);
    result = await sendPatch(known, operations, form, done);
    if (result.ok) await client.learn({ [name]: value }, lessonOf(first.failure));
  }
  return !result.ok && mayBeForm(result.failure) ? first : result;
}

/** The same with what is there, where a whole list is to be sent: what others have in it is kept. A result where there is nothing to send. */
async function knownFor(talk: Talk, form: PatchForm): Promise<Talk | UpdateResult> {
  const { client, update, options } = talk;
  if (!update.needsReading?.(form)) return talk;
  const read = await collectionOf(client, update.collection).get(update.id, options);
  if (!read.ok) return read;
  const known = update.again(read.value);
  return known ? { ...talk, update: known } : read;
}

const areFew = ({ length }: readonly unknown[]) => length > 1 && length <= fewOperations;

/** @param done what was carried out already, which is not sent again */
async function sendPatch(
  { client, update, options }: Talk,
  operations: readonly ScimOperation[],
  { oneOperation }: PatchForm,
  done: ScimOperation[],
): Promise<UpdateResult> {
  const { get, patch: send } = collectionOf(client, update.collection);
  const left = operations.filter((operation) => !done.some((one) => sameJson(one, operation)));
  let { current } = update;
  let result: UpdateResult | undefined;
  for (const part of oneOperation ? left.map((operation) => [operation]) : [left]) {
    result = await withVersion(client, { ...update, current }, options, (request) => send(update.id, part, request));
    if (!result.ok) return result;
    done.push(...part);
    // It has another version from now on: that of the answer, or it is read.
    current = result.value;
  }
  return result ?? get(update.id, options);
}

/** What a server has taken once is not what it refuses another time: then nothing else is tried for it. */
function noteAccepted({ client, update }: Talk, form: PatchForm, operations: readonly ScimOperation[]): void {
  const taken = {
    pathFilters: () => operations.some(({ path }) => path.includes('[')),
    addAbsent: () =>
      operations.some(({ op }) => op === 'replace') &&
      !sameJson(operations, update.operations({ ...form, addAbsent: true })),
    oneOperation: () => operations.length > 1,
  };
  for (const { name, value } of forms) {
    const key = `${update.collection} ${name}`;
    if (form[name] !== value && !client.accepted.has(key) && taken[name]()) client.accepted.add(key);
  }
}

/** What is there is read first, so that what is not ours is carried over as it is now. */
async function put({ client, update, options }: Talk): Promise<UpdateResult> {
  const { get, put: send } = collectionOf(client, update.collection);
  const read = await get(update.id, options);
  if (!read.ok) return read;
  const whole = await update.whole(read.value);
  if ('withheld' in whole)
    return { ok: false, failure: { kind: 'withheld', detail: whole.withheld }, exchange: read.exchange };
  const known = { ...update, current: read.value };
  return withVersion(client, known, options, (request) => send(update.id, whole.body, request));
}

const hasNoPatch = ({ status }: ScimFailure) => status === 405 || status === 501;

/** Refused for what it is, or by a server that did not understand it; not where it is to be asked later. */
function mayBeForm(failure: ScimFailure): boolean {
  const { kind, status, retryAfterMs } = failure;
  if (hasNoPatch(failure)) return false;
  return kind === 'invalid' || kind === 'too_many' || (status === 500 && retryAfterMs === undefined);
}
