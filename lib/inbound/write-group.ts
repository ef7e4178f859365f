import { AppError } from '@/lib/core/errors';
import { db, type Tx, transaction } from '@/lib/db/client';
import type { Group } from '@/lib/db/generated/client';
import { deleteGroup } from '@/lib/directory/delete-group';
import { groupValuesSchema } from '@/lib/directory/schema';
import {
  changeSourcedGroup,
  changeSourcedMembers,
  createSourcedGroup,
  type SourcedGroup,
  type SourcedMembers,
} from '@/lib/directory/sourced-group';
import type { EventDraft } from '@/lib/events/draft';
import { attemptAtOnce, recordEvents } from '@/lib/events/record';
import { getIgnoringCase } from '@/lib/scim/json';
import { applyPatch } from '@/lib/scim/server/apply-patch';
import { readMembers, splitMembers } from '@/lib/scim/server/member-changes';
import type { PatchOperation } from '@/lib/scim/server/read-patch';
import { badRequest, ScimError } from '@/lib/scim/server/scim-error';
import type { SourceSession } from './authenticate-source';
import { toGroupResource } from './group-resource';
import { assertMatches, isId, notFound } from './internal/refuse';
import { etagOf } from './user-resource';

type Resource = Record<string, unknown>;

const nobody: ReadonlySet<string> = new Set();

/** Twenty thousand members take longer than other changes, in milliseconds. */
const timeoutMs = 120_000;

/** Creates a group with its members (RFC 7644 §3.3). @throws ScimError 400, 409; AppError as the directory refuses */
export async function createSourceGroup(source: SourceSession, resource: Resource): Promise<Group> {
  const values = readGroup(resource);
  const add = readMembers(getIgnoringCase(resource, 'members'));
  const draft: EventDraft = { name: 'group_create', actor: source.actor };
  return attemptAtOnce(draft, () =>
    transaction(
      async (tx) => {
        await assertExternalIdFree(tx, source, values);
        const group = await createSourcedGroup(tx, draft, source.id, values);
        const members: EventDraft = { name: 'group_members_update', actor: source.actor };
        const made =
          add.size === 0
            ? group
            : await setMembers(tx, source, members, group, { isWhole: false, add, remove: nobody });
        await recordEvents(tx, add.size === 0 ? [draft] : [draft, members]);
        return made;
      },
      { timeoutMs },
    ),
  );
}

/** Makes of a group what is sent (PUT): who is not sent is no member any more. @throws as {@link createSourceGroup}; ScimError 404, 412 */
export function replaceSourceGroup(
  source: SourceSession,
  id: string,
  resource: Resource,
  ifMatch: string | null,
): Promise<Group> {
  const members = { isWhole: true, add: readMembers(getIgnoringCase(resource, 'members')), remove: nobody };
  return changeGroup(source, id, ifMatch, () => readGroup(resource), members);
}

/** Changes a group by the operations of a PATCH, in their order. @throws as {@link replaceSourceGroup} */
export function patchSourceGroup(
  source: SourceSession,
  id: string,
  operations: readonly PatchOperation[],
  ifMatch: string | null,
): Promise<Group> {
  const { members, others } = splitMembers(operations);
  const change = (before: Group) => readGroup(applyPatch(toGroupResource(before, undefined, ''), others));
  return changeGroup(source, id, ifMatch, change, members);
}

/** Deletes a group of the source. @throws ScimError 404, 412 */
export async function deleteSourceGroup(source: SourceSession, id: string, ifMatch: string | null): Promise<void> {
  const before = await findOwnGroup(source, id);
  assertMatches(ifMatch, etagOf(before));
  try {
    await deleteGroup(source.actor, { id: before.id });
  } catch (error) {
    throw error instanceof AppError && error.code === 'not_found' ? notFound('Group') : error;
  }
}

/** @throws ScimError 404 */
export async function findOwnGroup(source: SourceSession, id: string, tx: Tx = db): Promise<Group> {
  const group = isId(id) ? await tx.group.findFirst({ where: { id, sourceId: source.id, deletedAt: null } }) : null;
  if (!group) throw notFound('Group');
  return group;
}

async function changeGroup(
  source: SourceSession,
  id: string,
  ifMatch: string | null,
  change: (before: Group) => SourcedGroup,
  members: SourcedMembers | undefined,
): Promise<Group> {
  const found = await findOwnGroup(source, id);
  const draft: EventDraft = { name: 'group_update', actor: source.actor };
  return attemptAtOnce(draft, () =>
    transaction(
      async (tx) => {
        const wanted = change(found);
        if (wanted.externalId !== found.externalId) await assertExternalIdFree(tx, source, wanted, found.id);
        const { before, after } = await changeSourcedGroup(tx, draft, found.id, (group) => {
          assertMatches(ifMatch, etagOf(group));
          return change(group);
        });
        const drafts = after === before ? [] : [draft];
        if (!members) {
          await recordEvents(tx, drafts);
          return after;
        }
        const told: EventDraft = { name: 'group_members_update', actor: source.actor };
        const group = await setMembers(tx, source, told, after, members);
        await recordEvents(tx, group === after ? drafts : [...drafts, told]);
        return group;
      },
      { timeoutMs },
    ),
  );
}

async function setMembers(
  tx: Tx,
  source: SourceSession,
  draft: EventDraft,
  group: Group,
  members: SourcedMembers,
): Promise<Group> {
  await assertPeopleOf(tx, source, [...members.add]);
  return changeSourcedMembers(tx, draft, group, { ...members, remove: new Set([...members.remove].filter(isId)) });
}

async function assertPeopleOf(tx: Tx, source: SourceSession, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const known = await tx.user.findMany({
    where: { id: { in: ids.filter(isId) }, sourceId: source.id, deletedAt: null },
    select: { id: true },
  });
  const found = new Set(known.map(({ id }) => id));
  const unknown = ids.find((id) => !found.has(id));
  if (unknown === undefined) return;
  throw badRequest('invalidValue', `members: ${unknown.slice(0, 60)} is no id of a person of this source.`);
}

function readGroup(resource: Resource): SourcedGroup {
  const [displayName, externalId] = ['displayName', 'externalId'].map((name) => {
    const value = getIgnoringCase(resource, name);
    if (value === undefined || value === null || value === '') return null;
    if (typeof value !== 'string') throw badRequest('invalidValue', `${name} is text.`);
    return value;
  });
  if (!displayName) throw badRequest('invalidValue', 'displayName is missing.');
  const parsed = groupValuesSchema.safeParse({ name: displayName });
  if (!parsed.success) throw badRequest('invalidValue', `displayName: ${parsed.error.issues[0]?.message}`);
  if (externalId && externalId.length > 500) throw badRequest('invalidValue', 'externalId has at most 500 characters.');
  return { name: parsed.data.name, externalId: externalId ?? null };
}

async function assertExternalIdFree(
  tx: Tx,
  source: SourceSession,
  { externalId }: { externalId: string | null },
  id?: string,
): Promise<void> {
  if (externalId === null) return;
  const other = await tx.group.findFirst({
    where: { sourceId: source.id, externalId, deletedAt: null, ...(id ? { id: { not: id } } : {}) },
    select: { name: true },
  });
  if (other) throw new ScimError(409, `externalId: ${other.name} has it already.`, 'uniqueness');
}
