import { now } from '@/lib/core/clock';
import { AppError } from '@/lib/core/errors';
import { operationStatesThat } from '@/lib/core/states';
import type { Tx } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { inStates } from '@/lib/db/states';
import { defineCommand } from '@/lib/events/command';
import { asResource, lockIntegration } from './internal/integrations';
import { priorities } from './internal/priorities';
import { markGroupLinksDue, markUsersDue, wakeEngines } from './mark-due';
import { allowHeldSchema, type HeldChoice, heldChoiceSchema } from './schema';

const permission = 'integration.write';

/**
 * Lets what was held be sent: these operations, or all that wait and were there at a time. What was rejected can be allowed after all, where
 * that is said. Each is planned once more before it leaves, so that whoever is to keep the account by now keeps it.
 * @returns the connection, and how many @throws AppError `not_found`, `not_active`, `conflict` when none of them waits any more
 */
export const allowHeld = defineCommand(
  { id: 'allowHeld', permission, input: allowHeldSchema, event: 'provisioning_allow' },
  async (tx, draft, choice) => {
    const { application, integration } = await lockIntegration(tx, choice.applicationId);
    draft.application = application;
    draft.target = { type: 'application', id: application.id, name: application.displayLabel };
    const held = await lockHeld(
      tx,
      choice,
      choice.operationIds && choice.rejected ? operationStatesThat.mayBeAllowed : ['held'],
    );
    await tx.operation.updateMany({
      where: { id: { in: idsOf(held) } },
      data: { state: 'allowed', allowedAt: new Date(), finishedAt: null, error: Prisma.DbNull },
    });
    const userIds = held.flatMap(({ userId }) => userId ?? []);
    const touched = { applicationId: application.id, userIds };
    const marked = userIds.length > 0 ? await markUsersDue(tx, touched, { priority: priorities.deprovision }) : [];
    await markGroupLinksDue(
      tx,
      held.flatMap(({ groupLinkId }) => groupLinkId ?? []),
    );
    await wakeEngines(tx, [...marked, { id: application.id, isUrgent: false }]);
    draft.message = `${said(held.length)} allowed.`;
    return { ...asResource(integration), changed: held.length };
  },
);

/**
 * Leaves accounts and groups as they are although they were to be deactivated or deleted: until something else is planned for them.
 * Nobody is asked again before that. @returns the connection, and how many @throws AppError as {@link allowHeld}
 */
export const rejectHeld = defineCommand(
  { id: 'rejectHeld', permission, input: heldChoiceSchema, event: 'provisioning_reject' },
  async (tx, draft, choice, actor) => {
    const { application, integration } = await lockIntegration(tx, choice.applicationId);
    draft.application = application;
    draft.target = { type: 'application', id: application.id, name: application.displayLabel };
    const held = await lockHeld(tx, choice, ['held']);
    const error = { code: 'Rejected', message: `Rejected by ${actor.name}.` };
    await tx.operation.updateMany({
      where: { id: { in: idsOf(held) } },
      data: { state: 'rejected', finishedAt: now(), error },
    });
    draft.message = `${said(held.length)} rejected: the accounts stay as they are.`;
    return { ...asResource(integration), changed: held.length };
  },
);

interface Held {
  id: string;
  userId: string | null;
  groupLinkId: string | null;
}

/** Links before operations, as in the engine, which may be about to withdraw one of them. */
async function lockHeld(
  tx: Tx,
  { applicationId, operationIds, seenAt }: HeldChoice,
  states: readonly string[],
): Promise<Held[]> {
  const chosen = Prisma.sql`o.application_id = ${applicationId}::uuid AND o.state IN ${inStates(states)} AND ${
    operationIds
      ? Prisma.sql`o.id = ANY (${operationIds}::uuid[])`
      : seenAt
        ? Prisma.sql`o.created_at <= ${seenAt}`
        : Prisma.sql`true`
  }`;
  const people = await tx.$queryRaw<Held[]>`
    SELECT o.id, l.user_id AS "userId", NULL AS "groupLinkId" FROM operations o JOIN user_links l ON l.id = o.user_link_id AND l.hold_id = o.id
    WHERE ${chosen} ORDER BY l.application_id, l.user_id FOR NO KEY UPDATE OF l`;
  const groups = await tx.$queryRaw<Held[]>`
    SELECT o.id, NULL AS "userId", l.id AS "groupLinkId" FROM operations o JOIN group_links l ON l.id = o.group_link_id AND l.hold_id = o.id
    WHERE ${chosen} ORDER BY l.application_id, l.group_id FOR NO KEY UPDATE OF l`;
  const held = [...people, ...groups];
  if (held.length > 0) return held;
  throw new AppError('conflict', 'None of these waits any more.', {
    hint: 'Somebody may just have decided, or they are not planned any more.',
  });
}

const idsOf = (held: readonly Held[]) => held.map(({ id }) => id);
const said = (count: number) => `${count.toLocaleString('en')} ${count === 1 ? 'operation was' : 'operations were'}`;
