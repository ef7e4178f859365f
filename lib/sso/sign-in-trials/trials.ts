import { createHash, randomBytes } from 'node:crypto';
import { AppError } from '@/lib/core/errors';
import { db } from '@/lib/db/client';
import type { AskedRequest } from '../failed-sign-ins/schema';
import { askedRequestSchema } from '../failed-sign-ins/schema';
import { findProvider } from '../provider';
import { trialMs } from './trial-cookie';

/** A sign-in that somebody tries, as far as it has come. */
export interface SignInTrial {
  startedAt: Date;
  /** Null: the service provider has not asked yet, or the sign-in starts here. */
  asked: AskedRequest | null;
  /** XML, without the value of its signature. */
  response: string | null;
  /** Of the failed sign-in that it came to. */
  reference: string | null;
  /** Null: it goes on. */
  endedAt: Date | null;
}

const hashOf = (token: string) => createHash('sha256').update(token).digest('hex');

/**
 * Begins to watch the next sign-in of a browser to an application, for ten minutes; the one before of this person there is forgotten.
 * @returns the token for its cookie, and where the sign-in starts: at the service provider, or here where its login URL is not known
 * @throws AppError `not_found`
 */
export async function startTrial(
  applicationId: string,
  userId: string,
): Promise<{ token: string; slug: string; href: string }> {
  const provider = await findProvider(db, { id: applicationId });
  if (!provider) throw new AppError('not_found', 'This application has no SSO.');
  const token = randomBytes(32).toString('base64url');
  const fresh = { tokenHash: hashOf(token), startedAt: new Date() };
  const pair = { applicationId, userId };
  await db.$transaction([
    db.signInTrial.deleteMany({ where: pair }),
    db.signInTrial.create({ data: { ...pair, ...fresh } }),
  ]);
  const { slug } = provider.application;
  return { token, slug, href: provider.loginUrl || `/saml2/${slug}` };
}

/** The last one of a person there; undefined where there is none. */
export async function findTrial(applicationId: string, userId: string): Promise<SignInTrial | undefined> {
  const row = await db.signInTrial.findUnique({ where: { applicationId_userId: { applicationId, userId } } });
  if (!row) return undefined;
  const { startedAt, response, reference } = row;
  const isOver = startedAt.getTime() + trialMs <= Date.now();
  return {
    ...{ startedAt, response, reference },
    asked: row.asked === null ? null : askedRequestSchema.parse(row.asked),
    endedAt: row.endedAt ?? (isOver ? new Date(startedAt.getTime() + trialMs) : null),
  };
}

/** What came of one step. Once there is an answer, it stays as it is; one that nobody watches any more is left alone. */
export async function keepStep(
  token: string,
  {
    asked,
    response,
    reference,
  }: { asked?: AskedRequest | undefined; response?: string; reference?: string | undefined },
): Promise<void> {
  const now = new Date();
  const ended = response !== undefined || reference !== undefined;
  await db.signInTrial.updateMany({
    where: { tokenHash: hashOf(token), endedAt: null, startedAt: { gt: new Date(now.getTime() - trialMs) } },
    data: {
      ...(asked ? { asked, askedAt: now } : {}),
      ...(response === undefined ? {} : { response: response.slice(0, 200_000) }),
      ...(reference === undefined ? {} : { reference }),
      ...(ended ? { endedAt: now } : {}),
    },
  });
}
