import { now } from '@/lib/core/clock';
import { storedName } from '@/lib/core/fold-name';
import { db } from '@/lib/db/client';
import { applicationUsername } from './application-username';
import { usernameNaming } from './naming';
import { listAccessibleApplicationIds } from './scope';
import { userRecord } from './source-record';
import { describeHolders, findNameHolders, type NameHolder } from './username-conflicts';

/** An application username that somebody else has as well. */
export interface SharedName {
  application: { id: string; displayLabel: string };
  applicationUsername: string;
  others: NameHolder[];
}

/**
 * Where a person has an application username that is somebody else's too, among the applications that let them in.
 * @param applicationId only there
 */
export async function listSharedNames(userId: string, applicationId?: string): Promise<SharedName[]> {
  const user = await db.user.findFirst({ where: { id: userId, deletedAt: null }, include: { assignments: true } });
  if (!user) return [];
  const accessible = await listAccessibleApplicationIds(userId);
  const applications = await db.application.findMany({
    where: { id: { in: accessible.filter((id) => !applicationId || id === applicationId) }, kind: 'saml' },
    select: { id: true, displayLabel: true, usernameFormat: true },
    orderBy: [{ displayLabel: 'asc' }, { id: 'asc' }],
  });
  const found = await Promise.all(
    applications.map(async ({ usernameFormat, ...application }): Promise<SharedName[]> => {
      const typed = user.assignments.find((row) => row.applicationId === application.id)?.applicationUsername ?? null;
      const name = applicationUsername(usernameFormat, userRecord(user, user.username, true), typed, now());
      const wanted = { userId, naming: usernameNaming(usernameFormat), name: storedName(name) };
      const others = (await findNameHolders({ ...application, usernameFormat }, [wanted])).get(userId);
      return others ? [{ application, applicationUsername: name, others }] : [];
    }),
  );
  return found.flat();
}

/** In words, for whoever has just made it so. */
export function describeShared({ application, applicationUsername: name, others }: SharedName): string {
  return `${application.displayLabel}: ${describeHolders(name, others)} Neither can sign in there.`;
}
