import type { z } from 'zod';
import { readStandings } from '@/lib/applications/standings';
import { AppError } from '@/lib/core/errors';
import { links } from '@/lib/core/links';
import type { Tx } from '@/lib/db/client';
import type { Application } from '@/lib/db/generated/client';
import { userTarget } from '@/lib/directory/user-target';
import type { Actor } from '@/lib/events/actor';
import { attempt } from '@/lib/events/record';
import { notify } from '@/lib/provisioning/notify';
import type { requestAccessSchema } from './schema';

const dayMs = 24 * 60 * 60_000;

/** How often somebody asks for one application, and for all of them in a day. */
export const againAfterDays = 7;
export const mostInDay = 10;

/**
 * Asks for access to an application that may be asked for: a mail to whoever is told of it. Whoever gives it assigns the person, or puts them in a
 * group. @returns the application
 * @throws AppError `not_found` where it may not be asked for; `conflict` for who has access; `rate_limited`
 */
export function requestAccess(
  actor: Actor,
  { applicationId, reason }: z.output<typeof requestAccessSchema>,
): Promise<Application> {
  return attempt({ name: 'access_request', actor }, async (tx, draft) => {
    const application = await tx.application.findUnique({ where: { id: applicationId } });
    if (!application?.requestable || application.ssoStatus !== 'active') {
      throw new AppError('not_found', 'There is no application here that can be asked for.');
    }
    draft.application = { id: application.id, displayLabel: application.displayLabel };
    const userId = actor.id ?? '';
    // One after another: who asks twice at once has asked once.
    await tx.$executeRaw`SELECT 1 FROM users WHERE id = ${userId}::uuid FOR NO KEY UPDATE`;
    const now = new Date();
    const [standing] = await readStandings(tx, { applications: [application], userIds: [userId] }, now);
    if (!standing) throw new AppError('not_found', 'You do not exist any more.');
    draft.target = userTarget(standing.user);
    if (standing.granted) throw new AppError('conflict', `You have access to ${application.displayLabel} already.`);
    const pair = { applicationId, userId };
    await limit(tx, pair, now);
    await tx.accessRequest.upsert({
      where: { applicationId_userId: pair },
      create: { ...pair, askedAt: now },
      update: { askedAt: now },
    });
    const { displayName, email } = standing.user;
    if (reason) draft.message = reason;
    await notify(tx, application, {
      subject: `${displayName} asks for access`,
      text: [
        `${displayName} (${email}) asks for access to ${application.displayLabel}.`,
        ...(reason ? [`What it is needed for:\n${reason}`] : []),
        'To give it, assign the person, or put them in a user group that has access. Otherwise there is nothing to do.',
      ].join('\n\n'),
      link: { label: 'Look at it here', path: links.application(applicationId).assignment(userId) },
    });
    return application;
  });
}

async function limit(tx: Tx, pair: { applicationId: string; userId: string }, now: Date): Promise<void> {
  const before = await tx.accessRequest.findUnique({ where: { applicationId_userId: pair } });
  const againAt = before ? before.askedAt.getTime() + againAfterDays * dayMs : 0;
  if (againAt > now.getTime()) {
    throw new AppError('rate_limited', 'You have asked for it already.', {
      hint: `Whoever gives access was told. You can ask again ${againAfterDays} days after.`,
      details: { retryAfterSeconds: Math.ceil((againAt - now.getTime()) / 1000) },
    });
  }
  const askedAt = { gt: new Date(now.getTime() - dayMs) };
  const { userId } = pair;
  if ((await tx.accessRequest.count({ where: { userId, askedAt } })) < mostInDay) return;
  throw new AppError('rate_limited', `You have asked for ${mostInDay} applications within a day.`, {
    hint: 'Ask for others tomorrow.',
    details: { retryAfterSeconds: dayMs / 1000 },
  });
}
