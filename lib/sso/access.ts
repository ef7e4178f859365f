import { readStandings, type Standing, type StandingParts } from '@/lib/applications/standings';
import type { Tx } from '@/lib/db/client';
import type { SsoSettings } from '@/lib/saml/schema';
import type { Provider } from './provider';

/** Somebody who may sign in, with all that an assertion can say of them. */
export type Subject = Standing & Pick<StandingParts, 'groupNames'> & Partial<Pick<StandingParts, 'directGroupNames'>>;

export type Access =
  | { granted: true; subject: Subject }
  | { granted: false; reason: 'unknown_person' | 'suspended' | 'not_associated' };

export type SubjectPart = 'groupNames' | 'directGroupNames';

/** What of a person the assertion of an application says, beside what is always read. */
export function partsFor({ attributeStatements }: Pick<SsoSettings, 'attributeStatements'>): readonly SubjectPart[] {
  return attributeStatements.some(({ directGroups }) => directGroups)
    ? ['groupNames', 'directGroupNames']
    : ['groupNames'];
}

/**
 * Whether a person may sign in to an application at this moment: active, and granted by an associated group (nested
 * members count) or by direct assignment. Everybody else is denied, without anybody having to say so.
 */
export async function decideAccess(
  tx: Tx,
  userId: string,
  application: Provider['application'],
  now: Date,
  parts: readonly SubjectPart[] = ['groupNames'],
): Promise<Access> {
  const [subject] = await readStandings(tx, { applications: [application], userIds: [userId], parts }, now);
  return decideBy(subject);
}

/** The same of a standing that was read. Pure. */
export function decideBy(subject: Subject | undefined): Access {
  if (!subject || subject.absence === 'purged' || subject.absence === 'deleted') {
    return { granted: false, reason: 'unknown_person' };
  }
  if (subject.absence === 'suspended') return { granted: false, reason: 'suspended' };
  if (subject.absence === 'not_granted') return { granted: false, reason: 'not_associated' };
  return { granted: true, subject };
}
