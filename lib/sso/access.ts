import { readStandings, type Standing, type StandingParts } from '@/lib/applications/standings';
import type { Tx } from '@/lib/db/client';
import type { Provider } from './provider';

/** Somebody who may sign in, with all that an assertion can say of them. */
export type Subject = Standing & Pick<StandingParts, 'groupNames'>;

export type Access =
  | { granted: true; subject: Subject }
  | { granted: false; reason: 'unknown_person' | 'suspended' | 'not_associated' };

/**
 * Whether a person may sign in to an application at this moment: active, and granted by an associated group (nested
 * members count) or by direct assignment. Everybody else is denied, without anybody having to say so.
 */
export async function decideAccess(
  tx: Tx,
  userId: string,
  application: Provider['application'],
  now: Date,
): Promise<Access> {
  const asked = { applications: [application], userIds: [userId], parts: ['groupNames'] as const };
  const [subject] = await readStandings(tx, asked, now);
  if (!subject || subject.absence === 'purged' || subject.absence === 'deleted') {
    return { granted: false, reason: 'unknown_person' };
  }
  if (subject.absence === 'suspended') return { granted: false, reason: 'suspended' };
  if (subject.absence === 'not_granted') return { granted: false, reason: 'not_associated' };
  return { granted: true, subject };
}
