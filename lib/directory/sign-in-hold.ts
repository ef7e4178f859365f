import { db, type Tx } from '@/lib/db/client';
import { anywhere } from '@/lib/throttle/counter';
import { listFailures } from '@/lib/throttle/list-failures';
import { subjectOf } from './check-password';

/** Wrong passwords that hold up somebody's sign-in, or would soon. */
export interface SignInHold {
  /** Wrong passwords that have not decayed yet. */
  attempts: number;
  /** Addresses that they came from; browsers that the person signed in with before are not among them. */
  addresses: number;
  /** Of them, browsers that the person signed in with before. */
  knownBrowsers: number;
  /** Until when the last of those who are held up has to wait. */
  until: Date;
  /** Every browser is held up that the person did not sign in with before, not only those at these addresses. */
  everywhere: boolean;
}

/** Whether the sign-in of a person is held up anywhere at this moment; undefined when it is not. Real time. */
export async function findSignInHold(userId: string, tx: Tx = db): Promise<SignInHold | undefined> {
  const failures = await listFailures(tx, subjectOf(userId));
  const wait = Math.max(0, ...failures.map(({ waitSeconds }) => waitSeconds));
  if (wait === 0) return undefined;
  const sources = failures.filter(({ source }) => source !== anywhere);
  const knownBrowsers = sources.filter(({ source }) => source.startsWith('browser:')).length;
  return {
    attempts: sources.reduce((sum, { attempts }) => sum + attempts, 0),
    addresses: sources.length - knownBrowsers,
    knownBrowsers,
    until: new Date(Date.now() + wait * 1000),
    everywhere: failures.some(({ source, waitSeconds }) => source === anywhere && waitSeconds > 0),
  };
}
