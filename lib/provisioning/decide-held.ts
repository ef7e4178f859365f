import { now } from '@/lib/core/clock';
import { AppError } from '@/lib/core/errors';
import { operationStatesThat } from '@/lib/core/states';
import { type Tx, transaction } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { inStates } from '@/lib/db/states';
import { defineCommand } from '@/lib/events/command';
import type { EventDraft } from '@/lib/events/draft';
import { enqueue } from '@/lib/queue/enqueue';
import { asResource, lockIntegration } from './internal/integrations';
import { priorities } from './internal/priorities';
import { markGroupLinksDue, markUsersDue, wakeEngines } from './mark-due';
import { allowHeldSchema, type HeldChoice, heldChoiceSchema } from './schema';

const permission = 'integration.write';

/** Decided in one transaction, so that nobody waits long for their rows: what is beyond goes on in a task. */
const atOnce = 500;
/** A task is short and asks for another, in milliseconds. */
const stretchMs = 5_000;

/**
 * Lets what was held be sent: these operations, or all that wait and were there at a time, of whom the first are let go at once and the rest
 * by a task. What was rejected can be allowed after all, where that is said. Each is planned once more before it leaves, so that whoever is to
 * keep the account by now keeps it.
 * @returns the connection, and how many @throws AppError `not_found`, `not_active`, `conflict` when none of them waits any more
 */
export const allowHeld = defineCommand(
  { id: 'allowHeld', permission, input: allowHeldSchema, event: 'provisioning_allow' },
  async (tx, draft, choice, actor) => {
    const states = choice.operationIds && choice.rejected ? operationStatesThat.mayBeAllowed : (['held'] as const);
    const { changed, resource } = await decide(tx, draft, { ...choice, allows: true, actorName: actor.name, states });
    draft.message = `${said(changed)} allowed.`;
    return { ...resource, changed };
  },
);

/**
 * Leaves accounts and groups as they are although they were to be deactivated or deleted: until something else is planned for them.
 * Nobody is asked again before that. @returns the connection, and how many @throws AppError as {@link allowHeld}
 */
export const rejectHeld = defineCommand(
  { id: 'rejectHeld', permission, input: heldChoiceSchema, event: 'provisioning_reject' },
  async (tx, draft, choice, actor) => {
    const states = ['held'] as const;
    const { changed, resource } = await decide(tx, draft, { ...choice, allows: false, actorName: actor.name, states });
    draft.message = `${said(changed)} rejected: the accounts stay as they are.`;
    return { ...resource, changed };
  },
);

type Decision = HeldChoice & {
  allows: boolean;
  actorName: string;
  states: readonly (typeof operationStatesThat.mayBeAllowed)[number][];
};

async function decide(tx: Tx, draft: EventDraft, decision: Decision) {
  const { application, integration } = await lockIntegration(tx, decision.applicationId);
  draft.application = application;
  draft.target = { type: 'application', id: application.id, name: application.displayLabel };
  const resource = asResource(integration);
  if (decision.operationIds) {
    const changed = await decideSome(tx, decision, decision.operationIds.length);
    return { resource, changed: changed || noneWaits() };
  }
  const [row] = await tx.$queryRaw<{ count: number; at: Date }[]>`
    SELECT count(*)::int AS count, clock_timestamp() + interval '1 millisecond' AS at FROM operations o WHERE ${isMeant(decision)}`;
  const seenAt = decision.seenAt ?? row?.at ?? new Date();
  const decided = await decideSome(tx, { ...decision, seenAt }, atOnce);
  const changed = Math.max(row?.count ?? 0, decided) || noneWaits();
  // Whatever was decided about all of them before: this is the last word.
  const { applicationId, allows, actorName } = decision;
  await tx.heldDecision.deleteMany({ where: { applicationId } });
  if (decided < changed) {
    await tx.heldDecision.create({ data: { applicationId, allows, actorName, seenAt } });
    await goOnLater(tx, applicationId);
  }
  return { resource, changed };
}

const goOnLater = (tx: Tx, applicationId: string) =>
  enqueue(tx, 'decide-held', { applicationId }, { jobKey: `decide-held:${applicationId}` });

/** One stretch of carrying out what was decided about all that waits: some hundreds in each transaction, until none is left. */
export async function decideHeldStretch(applicationId: string, signal?: AbortSignal): Promise<void> {
  const until = performance.now() + stretchMs;
  while (await transaction((tx) => decideMore(tx, applicationId))) {
    if (performance.now() > until || signal?.aborted) {
      return transaction((tx) => goOnLater(tx, applicationId));
    }
  }
}

/** @returns whether there may be more */
async function decideMore(tx: Tx, applicationId: string): Promise<boolean> {
  // As a command locks it: whoever decides otherwise meanwhile comes before or after, never in between.
  await tx.$executeRaw`SELECT FROM applications WHERE id = ${applicationId}::uuid FOR NO KEY UPDATE`;
  const decision = await tx.heldDecision.findUnique({ where: { applicationId } });
  if (!decision) return false;
  if (await decideSome(tx, { ...decision, states: ['held'] }, atOnce)) return true;
  await tx.heldDecision.delete({ where: { applicationId } });
  return false;
}

interface Held {
  id: string;
  userId: string | null;
  groupLinkId: string | null;
}

/** @param most people, and as many groups @returns how many were decided about */
async function decideSome(tx: Tx, decision: Decision, most: number): Promise<number> {
  const { applicationId, allows, actorName } = decision;
  const held = await lockHeld(tx, isMeant(decision), most);
  if (held.length === 0) return 0;
  const where = { id: { in: held.map(({ id }) => id) } };
  if (!allows) {
    const error = { code: 'Rejected', message: `Rejected by ${actorName}.` };
    await tx.operation.updateMany({ where, data: { state: 'rejected', finishedAt: now(), error } });
    return held.length;
  }
  const data = { state: 'allowed' as const, allowedAt: new Date(), finishedAt: null, error: Prisma.DbNull };
  await tx.operation.updateMany({ where, data });
  const userIds = held.flatMap(({ userId }) => userId ?? []);
  const priority = priorities.deprovision;
  const marked = userIds.length > 0 ? await markUsersDue(tx, { applicationId, userIds }, { priority }) : [];
  await markGroupLinksDue(
    tx,
    held.flatMap(({ groupLinkId }) => groupLinkId ?? []),
  );
  await wakeEngines(tx, [...marked, { id: applicationId, isUrgent: false }]);
  return held.length;
}

/** SQL over `operations o`: whether a decision is about it. */
function isMeant({ applicationId, operationIds, seenAt, states }: Omit<Decision, 'allows' | 'actorName'>): Prisma.Sql {
  return Prisma.sql`o.application_id = ${applicationId}::uuid AND o.state IN ${inStates(states)} AND ${
    operationIds
      ? Prisma.sql`o.id = ANY (${operationIds}::uuid[])`
      : seenAt
        ? Prisma.sql`o.created_at <= ${seenAt}`
        : Prisma.sql`true`
  }`;
}

/** Links before operations, as in the engine, which may be about to withdraw one of them. */
async function lockHeld(tx: Tx, meant: Prisma.Sql, most: number): Promise<Held[]> {
  const some = (ofLink: Prisma.Sql) => Prisma.sql`
    SELECT o.id FROM operations o JOIN ${ofLink} AND l.hold_id = o.id WHERE ${meant} ORDER BY o.created_at, o.id LIMIT ${most}`;
  const person = Prisma.sql`user_links l ON l.id = o.user_link_id`;
  const people = await tx.$queryRaw<Held[]>`
    SELECT o.id, l.user_id AS "userId", NULL AS "groupLinkId" FROM operations o JOIN ${person} AND l.hold_id = o.id
    WHERE o.id IN (${some(person)}) AND ${meant} ORDER BY l.application_id, l.user_id FOR NO KEY UPDATE OF l`;
  const group = Prisma.sql`group_links l ON l.id = o.group_link_id`;
  const groups = await tx.$queryRaw<Held[]>`
    SELECT o.id, NULL AS "userId", l.id AS "groupLinkId" FROM operations o JOIN ${group} AND l.hold_id = o.id
    WHERE o.id IN (${some(group)}) AND ${meant} ORDER BY l.application_id, l.group_id FOR NO KEY UPDATE OF l`;
  return [...people, ...groups];
}

function noneWaits(): never {
  throw new AppError('conflict', 'None of these waits any more.', {
    hint: 'Somebody may just have decided, or they are not planned any more.',
  });
}

const said = (count: number) => `${count.toLocaleString('en')} ${count === 1 ? 'operation was' : 'operations were'}`;
