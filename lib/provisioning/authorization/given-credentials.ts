import { AppError } from '@/lib/core/errors';
import { sameJson } from '@/lib/core/same-json';
import { db } from '@/lib/db/client';
import type { AppAuthentication } from '@/lib/scim/authentication';
import type { Secret } from '@/lib/scim/credentials';
import { clientOfRow } from './sealed';

/**
 * What was typed, once somebody has allowed just that.
 * @param typed with the authorisation that it is about, and without a secret: that is kept with it
 * @throws AppError `invalid_input` at authentication.authorizationId: there is none, or it is for something else
 */
export async function givenCredentials(
  applicationId: string,
  {
    authentication,
    secret,
    baseUrl,
  }: { authentication: AppAuthentication; secret?: string | undefined; baseUrl: string },
): Promise<Secret> {
  const { authorizationId: id } = authentication;
  const row = id === undefined ? null : await db.authorization.findFirst({ where: { id, applicationId } });
  if (!row || row.connectedAt === null) {
    throw connect('Nobody has allowed Latchkey to connect yet.', 'Choose Connect… and sign in to the application.');
  }
  if (row.tokensSealed === '') throw connect('The application was disconnected.', 'Choose Connect… again.');
  if (new URL(row.baseUrl).origin !== new URL(baseUrl).origin) {
    throw connect('The base URL is on another host than the one that was connected.', 'Connect again.');
  }
  const given = clientOfRow(row);
  const { authorizationId: _, ...asked } = authentication;
  if (secret !== undefined || !sameJson(given.authentication, asked)) {
    throw connect('What is entered here is not what was connected.', 'Connect again with it.');
  }
  const endsAt = row.isRefreshable ? undefined : (row.accessEndsAt ?? undefined);
  return { authentication, secret: given.secret, endsAt };
}

const connect = (message: string, hint: string) =>
  new AppError('invalid_input', message, { hint, field: 'authentication.authorizationId' });
