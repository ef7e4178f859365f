import { applicationUsername } from '@/lib/applications/application-username';
import { assertMayName } from '@/lib/applications/naming-rule';
import { storedSsoSchema } from '@/lib/applications/schema';
import { listAccessibleApplicationIds } from '@/lib/applications/scope';
import { userRecord } from '@/lib/applications/source-record';
import { readStandings } from '@/lib/applications/standings';
import { now } from '@/lib/core/clock';
import type { Tx } from '@/lib/db/client';
import type { User } from '@/lib/db/generated/client';
import type { UserGuard } from '@/lib/directory/update-user';
import { personBehind } from '@/lib/events/actor';
import { textsOf } from '@/lib/mappings/texts';

/**
 * Refuses a change of oneself that would be a name given to oneself: of the properties that make the application username,
 * or NameID, in an application that one may use or has an account in. Others may make the same change.
 */
export const keepOwnNames: UserGuard = async (tx, actor, before, after) => {
  if (personBehind(actor) !== before.id) return;
  const applications = await applicationsOf(tx, before.id);
  const standings = await readStandings(tx, { applications, userIds: [before.id] }, now());
  const typed = new Map(standings.map((standing) => [standing.applicationId, standing.typedUsername]));
  for (const application of applications) {
    const [from, to] = [before, after].map((user) => namesIn(application, user, typed.get(application.id) ?? null));
    if (!from || !to || (from.username === to.username && from.nameId === to.nameId)) continue;
    const otherName =
      from.username === to.username ? { from: from.nameId, to: to.nameId } : { from: from.username, to: to.username };
    await assertMayName(tx, [actor], { user: before, application, otherName });
  }
};

async function applicationsOf(tx: Tx, userId: string) {
  const accessible = await listAccessibleApplicationIds(userId, tx);
  return tx.application.findMany({
    where: {
      kind: 'saml',
      OR: [{ id: { in: accessible } }, { userLinks: { some: { userId, remoteId: { not: null } } } }],
    },
    select: {
      id: true,
      displayLabel: true,
      usernameFormat: true,
      sso: { select: { settings: true } },
    },
  });
}

/** As the person is, or would be. */
function namesIn(application: Awaited<ReturnType<typeof applicationsOf>>[number], user: User, typed: string | null) {
  const username = applicationUsername(application.usernameFormat, user, typed, now());
  const { kind, source } = application.sso
    ? storedSsoSchema.parse(application.sso.settings).nameIdSource
    : { kind: 'property' as const, source: 'applicationUsername' };
  const [nameId = ''] = textsOf(kind, source, userRecord(user, username, true), now());
  return { username, nameId };
}
