import { now } from '@/lib/core/clock';
import { storedName } from '@/lib/core/fold-name';
import { db } from '@/lib/db/client';
import { usernameNaming } from './naming';
import { listAccessibleApplicationIds } from './scope';
import { readStandings } from './standings';
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
  const accessible = await listAccessibleApplicationIds(userId);
  const applications = await db.application.findMany({
    where: { id: { in: accessible.filter((id) => !applicationId || id === applicationId) }, kind: 'saml' },
    select: { id: true, displayLabel: true, usernameFormat: true },
    orderBy: [{ displayLabel: 'asc' }, { id: 'asc' }],
  });
  const standings = await readStandings(db, { applications, userIds: [userId] }, now());
  const names = new Map(
    standings.flatMap(({ granted, applicationId: id, applicationUsername: name }) => (granted ? [[id, name]] : [])),
  );
  const found = await Promise.all(
    applications.map(async ({ usernameFormat, ...application }): Promise<SharedName[]> => {
      const name = names.get(application.id) ?? '';
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
