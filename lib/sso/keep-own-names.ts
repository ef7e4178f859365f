import { applicationUsername } from '@/lib/applications/application-username';
import { assertMayName } from '@/lib/applications/naming-rule';
import { storedSsoSchema } from '@/lib/applications/schema';
import { listAccessibleApplicationIds } from '@/lib/applications/scope';
import { userRecord } from '@/lib/applications/source-record';
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
  for (const application of await applicationsOf(tx, before.id)) {
    const [from, to] = [before, after].map((user) => namesIn(application, user));
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
      displayLabel: true,
      usernameFormat: true,
      sso: { select: { settings: true } },
      users: { where: { userId }, select: { applicationUsername: true } },
    },
  });
}

function namesIn(application: Awaited<ReturnType<typeof applicationsOf>>[number], user: User) {
  const typed = application.users[0]?.applicationUsername ?? null;
  const username = applicationUsername(application.usernameFormat, userRecord(user, user.username, true), typed, now());
  const { kind, source } = application.sso
    ? storedSsoSchema.parse(application.sso.settings).nameIdSource
    : { kind: 'property' as const, source: 'applicationUsername' };
  const [nameId = ''] = textsOf(kind, source, userRecord(user, username, true), now());
  return { username, nameId };
}
