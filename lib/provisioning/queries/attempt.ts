import { now } from '@/lib/core/clock';
import { AppError } from '@/lib/core/errors';
import { isOneOf, operationStatesThat } from '@/lib/core/states';
import { db } from '@/lib/db/client';
import type { Exchange, Integration, OnDemandRun, Operation, Prisma } from '@/lib/db/generated/client';
import type { Changes } from '@/lib/events/schema';
import { findProvisioningPause } from '@/lib/settings/provisioning-pause';
import type { KeptExchange } from '../engine/kept-exchange';
import type { HeldBy } from '../hold';
import type { OnDemandOutcomeName } from '../on-demand/schema';
import { type AttemptFacts, type AttemptStep, attemptSteps, type Obstacle } from '../on-demand/steps';
import { readDeparture } from '../plan/departure';
import type { PlannedLink } from '../plan/planned-link';
import { findLostGrant, type LostGrant } from './lost-grant';

/** One attempt on a person's account, or on a group: made on demand or by the engine itself, as it happens or as it was. */
export interface Attempt {
  /** Of the run, or of the operation. */
  id: string;
  applicationId: string;
  /** Null: deleted since. */
  subject: { type: 'user' | 'group'; id: string; name: string };
  /** Who asked for it on demand; null: nobody did. */
  startedByName: string | null;
  startedAt: Date;
  finishedAt: Date | null;
  cycleId: string | null;
  operationId: string | null;
  /** Nothing more happens by itself. */
  final: boolean;
  /** It waits until somebody allows it. */
  held: boolean;
  steps: AttemptStep[];
}

/**
 * An attempt by the id of a run on demand, or of an operation. @throws AppError `not_found`: it is not kept any more
 */
export async function getAttempt(id: string): Promise<Attempt> {
  const run =
    (await db.onDemandRun.findUnique({ where: { id } })) ??
    (await db.onDemandRun.findFirst({ where: { operationId: id }, orderBy: { createdAt: 'desc' } }));
  const operationId = run ? run.operationId : id;
  const operation = operationId
    ? await db.operation.findUnique({ where: { id: operationId }, include: withExchange })
    : null;
  const applicationId = run?.applicationId ?? operation?.applicationId;
  if (!applicationId) throw attemptNotFound();
  const [subject, application, pause] = await Promise.all([
    run ? subjectOfRun(run) : operation && subjectOfOperation(operation),
    db.application.findUnique({ where: { id: applicationId }, include: { integration: true } }),
    findProvisioningPause(),
  ]);
  if (!subject || !application) throw attemptNotFound();
  const lost =
    operation && subject.type === 'user' && readDeparture(operation.departure)?.because === 'out_of_scope'
      ? await findLostGrant(applicationId, subject.id, operation.createdAt)
      : undefined;
  const facts = factsOf({ run, operation, type: subject.type, application, isPaused: pause !== null, lost });
  return {
    id: run?.id ?? id,
    applicationId,
    subject,
    startedByName: run?.startedByName ?? null,
    startedAt: run?.createdAt ?? operation?.createdAt ?? now(),
    finishedAt: run ? run.finishedAt : (operation?.finishedAt ?? null),
    cycleId: operation?.cycleId ?? null,
    operationId: operation?.id ?? null,
    final: isFinal(run, operation),
    held: operation?.state === 'held' && operation.heldBy !== 'counting',
    steps: attemptSteps(facts),
  };
}

const attemptNotFound = () =>
  new AppError('not_found', 'This attempt is not kept any more.', {
    hint: 'How long attempts are kept stands in the settings.',
  });

const withExchange = { exchange: { omit: { operationId: true, createdAt: true } } } as const;
type FoundOperation = Operation & { exchange: Omit<Exchange, 'operationId' | 'createdAt'> | null };

/** What waits for somebody waits for long; what is only counted, or was allowed, is sent in a moment. */
function isFinal(run: OnDemandRun | null, operation: FoundOperation | null): boolean {
  if (run && !run.finishedAt) return false;
  if (!operation) return true;
  if (operation.state === 'held') return operation.heldBy !== 'counting';
  return operation.state !== 'allowed' && !isOneOf(operationStatesThat.areOpen, operation.state);
}

interface Found {
  run: OnDemandRun | null;
  operation: FoundOperation | null;
  type: 'user' | 'group';
  application: { displayLabel: string; integration: Integration | null };
  isPaused: boolean;
  lost: LostGrant | undefined;
}

function factsOf({ run, operation, type, application, isPaused, lost }: Found): AttemptFacts {
  const { displayLabel, integration } = application;
  return {
    appName: displayLabel,
    type,
    baseUrl: integration?.baseUrl ?? null,
    obstacle: obstacleOf(integration, isPaused),
    run: run && {
      isTaken: run.takenAt !== null,
      plan: run.plan as unknown as PlannedLink | null,
      lookups: run.lookups as unknown as KeptExchange[],
      sent: run.sent as unknown as KeptExchange[],
      outcome: run.outcome as OnDemandOutcomeName | null,
      error: errorOf(run.error),
    },
    operation: operation && {
      action: operation.action,
      state: operation.state,
      changes: operation.changes as unknown as Changes,
      error: errorOf(operation.error),
      heldBy: operation.heldBy as HeldBy | null,
      departure: readDeparture(operation.departure),
      lost,
      confirmed: operation.confirmed,
      exchange: operation.exchange && { ...operation.exchange, durationMs: operation.durationMs },
    },
  };
}

const errorOf = (error: Prisma.JsonValue) => error as { code: string; message: string; hint?: string } | null;

function obstacleOf(integration: Integration | null, isPausedEverywhere: boolean): Obstacle | null {
  if (!integration || integration.status === 'inactive') return 'inactive';
  if (isPausedEverywhere) return 'paused_everywhere';
  if (integration.status !== 'active') return integration.status;
  return integration.notBefore && integration.notBefore > now() ? 'resting' : null;
}

async function subjectOfRun({ userId, groupId }: OnDemandRun): Promise<Attempt['subject'] | null> {
  if (userId) return person(await db.user.findUnique({ where: { id: userId } }));
  return groupId ? group(await db.group.findUnique({ where: { id: groupId } })) : null;
}

async function subjectOfOperation({ userLinkId, groupLinkId }: Operation): Promise<Attempt['subject'] | null> {
  if (userLinkId) {
    const link = await db.userLink.findUnique({ where: { id: userLinkId }, include: { user: true } });
    return person(link?.user ?? null);
  }
  if (!groupLinkId) return null;
  const link = await db.groupLink.findUnique({ where: { id: groupLinkId }, include: { group: true } });
  return group(link?.group ?? null);
}

const person = (user: { id: string; displayName: string } | null) =>
  user && { type: 'user' as const, id: user.id, name: user.displayName };

const group = (found: { id: string; name: string } | null) =>
  found && { type: 'group' as const, id: found.id, name: found.name };

/** A run on demand in a list. */
export interface OnDemandRunRow {
  id: string;
  subject: Attempt['subject'];
  startedByName: string;
  startedAt: Date;
  /** Null while it is open. */
  outcome: OnDemandOutcomeName | null;
}

/** The latest runs of an application. @param limit at most */
export async function listOnDemandRuns(applicationId: string, limit = 10): Promise<OnDemandRunRow[]> {
  const rows = await db.onDemandRun.findMany({
    where: { applicationId },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: limit,
    omit: { plan: true, lookups: true, sent: true },
    include: { user: { select: { id: true, displayName: true } }, group: { select: { id: true, name: true } } },
  });
  return rows.flatMap((row) => {
    const subject = person(row.user) ?? group(row.group);
    if (!subject) return [];
    const { id, startedByName, createdAt, outcome } = row;
    return [{ id, subject, startedByName, startedAt: createdAt, outcome: outcome as OnDemandOutcomeName | null }];
  });
}
