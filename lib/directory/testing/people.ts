import { db } from '@/lib/db/client';
import type { User } from '@/lib/db/generated/client';
import type { Actor } from '@/lib/events/actor';
import { createGroup } from '../create-group';
import { updateGroupMembers } from '../update-group-members';

/** Somebody who acts in tests. */
export const tester: Actor = { id: null, name: 'tester', clientAddress: '192.0.2.1' };

/** Where no test is about what a change of a person means elsewhere. */
export const unguarded = async () => undefined;

let counter = 0;

/** A person straight into the database: username and e-mail are made up unless given. */
export async function aPerson(values: Partial<User> = {}): Promise<User> {
  counter += 1;
  const username = values.username ?? `person.${counter}`;
  return db.user.create({
    data: {
      username,
      email: `${username}@acme.example`,
      firstname: 'Person',
      lastname: `Number ${counter}`,
      displayName: `Person ${counter}`,
      ...values,
      customAttributes: {},
    },
  });
}

/** A group with these direct members. */
export async function aGroup(name: string, members: readonly { id: string }[] = []): Promise<{ id: string }> {
  const group = await createGroup(tester, { name, description: '' });
  await updateGroupMembers(tester, { groupId: group.id, add: members.map((member) => member.id), remove: [] });
  return group;
}

/** Tasks waiting in the queue, by name. */
export async function queued(task: string): Promise<Record<string, unknown>[]> {
  const rows = await db.$queryRaw<{ payload: Record<string, unknown> }[]>`
    SELECT j.payload FROM graphile_worker._private_jobs j
    JOIN graphile_worker._private_tasks t ON t.id = j.task_id WHERE t.identifier = ${task} ORDER BY j.id`;
  return rows.map((row) => row.payload);
}
