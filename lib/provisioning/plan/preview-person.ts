import { db } from '@/lib/db/client';
import { redactedTargets } from '@/lib/mappings/map';
import type { ScimResource } from '@/lib/scim/path';
import { accountWaits, isHeldBack } from '../hold';
import { driftCode, driftWords } from './drift';
import { shownChanges, shownResource } from './hide-values';
import { isUnlinked, type PlannableLink, unlinked } from './linked-account';
import type { PlanContext } from './plan-context';
import { asLastRead, lastKnown, type PlannedPerson, planLinks, remoteIdOf } from './plan-links';
import type { SkipReason, UserPlan } from './plan-user';
import type { Because, PlannedLink } from './planned-link';
import { type ShownRequest, shownRequest, userRequest } from './user-request';
import { withHolds } from './with-holds';

/**
 * What the next cycle would do for these people, without a request: from their links and from what was last read of the
 * application. In a handful of statements however many they are; who is not in the directory is left out.
 */
export async function planPeople(context: PlanContext, userIds: readonly string[]): Promise<PlannedPerson[]> {
  const rows = await db.userLink.findMany({
    where: { applicationId: context.application.id, userId: { in: [...userIds] } },
  });
  const links = new Map<string, PlannableLink>((await withHolds(rows)).map((link) => [link.userId, link]));
  const { planned } = await planLinks(
    context,
    userIds.map((userId) => links.get(userId) ?? unlinked(userId)),
    asLastRead,
  );
  return planned;
}

/** The same for one person, to be shown or kept. @returns undefined for a person who is not in the directory */
export async function previewPerson(context: PlanContext, userId: string): Promise<PlannedLink | undefined> {
  const [planned] = await planPeople(context, [userId]);
  return planned && shownPlan(context, planned);
}

/** A plan for a person, to be shown or kept. */
export function shownPlan(context: PlanContext, entry: PlannedPerson): PlannedLink {
  const { link, person, linked, plan, found } = entry;
  const { mapped, user } = person;
  const sends = plan.action === 'none' || plan.action === 'skip' ? undefined : plan;
  const hidden = (plan.action === 'create' ? mapped?.create : mapped?.update) ?? { generated: [], redacted: [] };
  const changes = sends ? shownChanges(sends.changes, hidden) : {};
  return {
    subject: { type: 'user', id: user.id, name: user.displayName },
    action: plan.action,
    changes,
    members: null,
    reason: reasonOf(plan),
    because: becauseOf(entry),
    filteredOutBy: person.desired.kind === 'inactive' ? (person.desired.filteredOutBy ?? null) : null,
    waits:
      sends !== undefined &&
      isHeldBack(sends.action, link.hold, accountWaits(context, { desired: person.desired, action: plan.action })),
    remoteId: remoteIdOf(entry),
    takesOver: found !== undefined,
    knownBy: !isUnlinked(link) ? 'link' : linked.kind === 'none' ? 'nothing' : 'reading',
    request: sends ? shownRequestOf(context, entry, { ...sends, changes }) : null,
    plannedFrom: {
      context: context.version,
      subjectUpdatedAt: user.updatedAt.toISOString(),
      link: link.id ? { state: link.state, lastChangeAt: link.lastChangeAt?.toISOString() ?? null } : null,
    },
  };
}

/** The account as it was last read or written; null where none is known. */
export function resourceOf(entry: PlannedPerson): ScimResource | null {
  return entry.linked.kind === 'account' ? (lastKnown(entry) ?? entry.before) : null;
}

/** By PUT, the engine reads the account before it sends it: what was last read is the best that is known of it. */
function shownRequestOf(
  { userMappings, capabilities }: PlanContext,
  entry: PlannedPerson,
  act: Parameters<typeof userRequest>[0],
): ShownRequest {
  const known = capabilities.patch ? lastKnown(entry) : resourceOf(entry);
  const current = known && shownResource(known, redactedTargets(userMappings));
  return shownRequest(userRequest(act, { id: remoteIdOf(entry) ?? '', current }, capabilities));
}

function reasonOf(plan: UserPlan): SkipReason | null {
  if (plan.action === 'skip') return plan.reason;
  if (plan.action === 'none' && plan.drift) return { code: driftCode, message: driftWords(plan.drift) };
  return ('leftOut' in plan && plan.leftOut) || null;
}

function becauseOf({ person: { desired }, linked }: PlannedPerson): Because | null {
  if (desired.kind === 'present') return null;
  if (linked.kind === 'account' && linked.imported) return 'imported';
  return desired.kind === 'gone' ? 'purged' : desired.reason;
}
