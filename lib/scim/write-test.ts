import { attributesUpdate } from '@/lib/scim/attributes-update';
import type { UpdateResult } from '@/lib/scim/client';
import { type Outcome, ok, refused, type TestRun, warning } from '@/lib/scim/connection-outcome';
import { deactivate } from '@/lib/scim/deactivate';
import type { ScimFailure } from '@/lib/scim/failure';
import { eqFilter } from '@/lib/scim/filter';
import { applyChanges, type Changes, memberOperations } from '@/lib/scim/patch';
import { readPath, type ScimResource, sameScimValue } from '@/lib/scim/path';
import type { Update } from '@/lib/scim/update';
import { updateResource } from '@/lib/scim/update-resource';
import { deleteResource } from '@/lib/scim/with-version';

const userSchema = 'urn:ietf:params:scim:schemas:core:2.0:User';
const groupSchema = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const updatedName = 'Updated';
const workEmail = 'emails[type eq "work"].value';

/** The steps of the write test: each leaves in the run what has to be cleaned up. */
export const writeSteps = {
  create_user: createUser,
  update_user: updateUser,
  create_group: createGroup,
  deactivate_user: deactivateUser,
  clean_up: reportCleanUp,
} as const;

async function createUser(run: TestRun): Promise<Outcome> {
  const body = run.options.write?.user ?? plainUser(run.options.write?.suffix ?? '');
  const result = await run.client.createUser(body, run.request);
  if (!result.ok) {
    if (result.failure.kind === 'unknown_outcome') run.user = { ...body, id: undefined };
    return refused(result.failure);
  }
  run.user = { ...body, ...result.value };
  return ok(`${nameOf(run.user)}`);
}

/** Changes the family name, then writes the work e-mail as it is, to learn whether path filters are understood. */
async function updateUser(run: TestRun): Promise<Outcome> {
  const from = run.user ? readPath(run.user, 'name.familyName') : undefined;
  const failure = await change(run, { 'name.familyName': { from, to: updatedName } });
  if (failure) return refused(failure);
  const email = run.user ? readPath(run.user, workEmail) : undefined;
  const isAddressed = run.capabilities.patch && typeof email === 'string';
  const refusal = isAddressed ? await change(run, { [workEmail]: { from: email, to: email } }) : undefined;
  if (refusal) return refused(refusal);
  const { patch, pathFilters, oneOperation, ifMatch } = run.capabilities;
  const notes = [
    ...(patch ? [] : ['PATCH is not supported, PUT is used']),
    ...(pathFilters || !patch ? [] : ['Filters in paths are not understood, whole lists are sent']),
    ...(oneOperation ? ['One change a request is taken'] : []),
    ...(ifMatch ? ['Versions are required, they are sent with If-Match'] : []),
  ];
  const kept = await keeps(run, 'name.familyName', updatedName);
  if (!kept) return warning('The change was accepted, but reading the user gives the old value');
  return notes.length > 0 ? warning(notes.join('. ')) : ok();
}

async function createGroup(run: TestRun): Promise<Outcome> {
  const body: ScimResource = {
    schemas: [groupSchema],
    displayName: `Latchkey test ${run.options.write?.suffix ?? ''}`,
  };
  const created = await run.client.createGroup(body, run.request);
  if (!created.ok) {
    if (created.failure.kind === 'unknown_outcome') run.group = body;
    return refused(created.failure);
  }
  run.group = { ...body, ...created.value };
  const id = idOf(run.group);
  const joining: Update = {
    collection: 'Groups',
    id,
    current: run.group,
    operations: () => memberOperations({ add: [idOf(run.user)], remove: [] }),
    whole: (group) => ({ body: { ...applyChanges(group, {}), members: [{ value: idOf(run.user) }] } }),
    again: () => undefined,
  };
  const joined = await taught(run, () => updateResource(run.client, joining, run.request));
  if (!joined.ok) return refused(joined.failure);
  return run.capabilities.patchGroups ? ok() : warning('PATCH of groups is not supported, PUT is used');
}

async function deactivateUser(run: TestRun): Promise<Outcome> {
  const changes = { active: { from: true, to: false } };
  const update = attributesUpdate({ collection: 'Users', id: idOf(run.user), current: run.user ?? null }, changes);
  const failure = remember(run, await taught(run, () => deactivate(run.client, update, run.request)), changes);
  const stays = failure?.kind === 'ignored' || (!failure && !(await keeps(run, 'active', false)));
  if (stays) return warning('The application accepted this, but still says that the user is active');
  if (failure) return refused(failure);
  return run.capabilities.deactivation === 'put' ? warning('Deactivating works by PUT alone, and is sent so') : ok();
}

async function reportCleanUp(run: TestRun): Promise<Outcome> {
  const left = await cleanUp(run);
  if (left.length === 0) return ok();
  const names = left.map(({ name }) => name).join(' and ');
  return warning(
    `${names} could not be deleted: ${left[0]?.failure.detail}`,
    `Delete ${names} in the application by hand.`,
  );
}

/**
 * Deletes what the test created, group first. Uses no signal: a cancelled test must not leave an account behind.
 * @returns what could not be deleted; nothing on a second call
 */
export async function cleanUp(run: TestRun): Promise<{ name: string; failure: ScimFailure }[]> {
  const { client, group, user } = run;
  delete run.group;
  delete run.user;
  const left: { name: string; failure: ScimFailure }[] = [];
  for (const [resource, collection] of [[group, 'Groups'] as const, [user, 'Users'] as const]) {
    if (!resource) continue;
    const ids = typeof resource.id === 'string' ? [resource.id] : await findLost(run, collection, resource);
    for (const id of ids) {
      const result = await deleteResource(client, { collection, id, current: null });
      if (!result.ok && result.failure.kind !== 'not_found')
        left.push({ name: nameOf(resource), failure: result.failure });
    }
  }
  return left;
}

/** The answer to a creation was lost: looks for exactly what we sent. */
async function findLost(run: TestRun, collection: 'Users' | 'Groups', sent: ScimResource): Promise<string[]> {
  const name = nameOf(sent);
  const key = collection === 'Users' ? 'userName' : 'displayName';
  const result = await run.client.list(collection, { filter: eqFilter(key, name), count: 2 });
  if (!result.ok) return [];
  const same = result.value.resources.filter((resource) => readPath(resource, key) === name);
  return same.flatMap(({ id }) => (typeof id === 'string' ? [id] : []));
}

async function change(run: TestRun, changes: Changes): Promise<ScimFailure | undefined> {
  const update = attributesUpdate({ collection: 'Users', id: idOf(run.user), current: run.user ?? null }, changes);
  return remember(run, await taught(run, () => updateResource(run.client, update, run.request)), changes);
}

/** What is sent goes by what the test knows of the server, and what its answers teach is known from then on. */
async function taught<T>(run: TestRun, send: () => Promise<T>): Promise<T> {
  Object.assign(run.client.capabilities, run.capabilities);
  const result = await send();
  Object.assign(run.capabilities, run.client.capabilities);
  return result;
}

function remember(run: TestRun, result: UpdateResult, changes: Changes): ScimFailure | undefined {
  if (!result.ok) return result.failure;
  run.user = { ...applyChanges(run.user ?? {}, changes), ...result.value };
  return undefined;
}

/** Whether reading the user gives the value. True when it cannot be read: that is another step's question. */
async function keeps(run: TestRun, path: string, value: unknown): Promise<boolean> {
  const result = await run.client.getUser(idOf(run.user), run.request);
  return !result.ok || sameScimValue(readPath(result.value, path), value);
}

function plainUser(suffix: string): ScimResource {
  const userName = `latchkey-test-${suffix}`;
  return {
    schemas: [userSchema],
    userName,
    externalId: userName,
    name: { givenName: 'Latchkey', familyName: 'Test' },
    displayName: 'Latchkey Test',
    emails: [{ value: `${userName}@example.com`, type: 'work', primary: true }],
    active: true,
  };
}

function nameOf(resource: ScimResource): string {
  return String(resource.userName ?? resource.displayName ?? resource.id);
}

function idOf(resource: ScimResource | undefined): string {
  return typeof resource?.id === 'string' ? resource.id : '';
}
