import type { Changes } from '@/lib/events/schema';
import { attributesUpdate } from '@/lib/scim/attributes-update';
import type { ScimClient, UpdateResult } from '@/lib/scim/client';
import { applyChanges, type MemberChanges, memberOperations } from '@/lib/scim/patch';
import type { ScimResource } from '@/lib/scim/path';
import type { RequestOptions } from '@/lib/scim/transport';
import type { Update, Whole } from '@/lib/scim/update';
import { updateResource } from '@/lib/scim/update-resource';
import { memberIds } from '../../internal/member-ids';

/** What is known of who is in a group, beside what its server shows. Without PATCH it is what keeps those that it hides. */
export interface KnownMembers {
  /** Whom we have put there, by their ids over there. Asked only where somebody has to be carried over: of a large group, it is much to read. */
  put(): Promise<ReadonlySet<string>>;
  /** They were sent. */
  changed(changes: MemberChanges): void;
  /** Whether so many who are shown are all of them. @param put how many are there by what was sent */
  areAll(shown: number, put: number): boolean;
  /** Others may be in it, of whom nobody here knows. */
  mayHoldOthers: boolean;
}

/** Changes attributes of a group. @param known absent: its server shows everybody who is in it */
export function changeAttributes(
  client: ScimClient,
  id: string,
  changes: Changes,
  options: RequestOptions,
  known?: KnownMembers,
): Promise<UpdateResult> {
  const update = attributesUpdate({ collection: 'Groups', id, current: null }, changes);
  return updateResource(client, carrying(update, changes, known), options);
}

function carrying(update: Update, changes: Changes, known?: KnownMembers): Update {
  return {
    ...update,
    whole: (group) => wholeGroup(group, changes, known),
    again: (group) => {
      const open = update.again(group);
      return open && carrying(open, changes, known);
    },
  };
}

/** Adds and removes members. @param known absent: the server shows everybody who is in the group */
export async function changeMembers(
  client: ScimClient,
  id: string,
  changes: MemberChanges,
  options: RequestOptions,
  known?: KnownMembers,
): Promise<UpdateResult> {
  const result = await updateResource(client, membersUpdate(id, changes, known), options);
  if (result.ok) known?.changed(changes);
  return result;
}

function membersUpdate(id: string, changes: MemberChanges, known?: KnownMembers): Update {
  return {
    collection: 'Groups',
    id,
    current: null,
    operations: (form) => memberOperations(changes, form),
    whole: (group) => wholeGroup(group, {}, known, changes),
    again: (group) => {
      const there = new Set(memberIds(group));
      const add = changes.add.filter((member) => !there.has(member));
      const remove = changes.remove.filter((member) => there.has(member));
      if (add.length + remove.length === 0) return undefined;
      return { ...membersUpdate(id, { add, remove }, known), current: group };
    },
  };
}

/**
 * Without PATCH, the members that are there are carried over (RFC 7644 §3.5.1). Of a server that hides some, those whom we have put there are
 * taken for being there; where others may be in the group, it is not sent: it would take them out.
 */
async function wholeGroup(
  group: ScimResource,
  changes: Changes,
  known: KnownMembers | undefined,
  { add, remove }: MemberChanges = { add: [], remove: [] },
): Promise<Whole> {
  const shown = memberIds(group);
  const put = await known?.put();
  const isShown = !known || !put || known.areAll(shown.length, put.size);
  if (!isShown && known.mayHoldOthers) return { withheld: hidden };
  const members = new Set([...shown, ...(isShown ? [] : (put ?? [])), ...add]);
  for (const gone of remove) members.delete(gone);
  return { body: { ...applyChanges(group, changes), members: [...members].map((value) => ({ value })) } };
}

const hidden =
  'This server takes groups only whole, and does not show who is in them: to change this group would take out members that others have put there';
