import { lockApplication } from '@/lib/applications/lock-application';
import { AppError } from '@/lib/core/errors';
import { db, type Tx, transaction } from '@/lib/db/client';
import type { Authorization } from '@/lib/db/generated/client';
import { declareCommand } from '@/lib/events/command';
import { attemptAfter } from '@/lib/events/record';
import { clientOf } from '@/lib/scim/authorization-code';
import { revokeToken } from '@/lib/scim/token-endpoint';
import { openAuthentication, toColumns } from '../authentication';
import { quarantine } from '../quarantine';
import { applicationRefSchema } from '../schema';
import { httpOf } from '../trust';
import { authorizationIdOf } from './forget-authorizations';
import { clientOfRow, noTokens, tokensOf } from './sealed';
import { lockAuthorization } from './token-keeper';

/**
 * Forgets the tokens of an application, and gives them back where there is a revocation endpoint (RFC 7009); that it does not answer changes
 * nothing here. A connection that goes by them is quarantined until it is connected again. @returns the application
 * @throws AppError `not_found`, `conflict` where nothing is connected
 */
export const disconnectAuthorization = declareCommand(
  {
    id: 'disconnectAuthorization',
    permission: 'integration.write',
    input: applicationRefSchema,
    event: 'idm_oauth_disconnect',
  },
  async (actor, { applicationId }) => {
    const application = await db.application.findUnique({ where: { id: applicationId } });
    if (!application) throw new AppError('not_found', 'This application does not exist any more.');
    const target = { type: 'application' as const, id: applicationId, name: application.displayLabel };
    const draft = { name: 'idm_oauth_disconnect' as const, actor, application, target };
    // Forgotten first: who refreshes them at this moment has finished by then, and nobody does so afterwards.
    const take = async () => {
      const taken = await transaction((tx) => takeTokens(tx, applicationId));
      return Promise.all(taken.map(giveBack));
    };
    const done = await attemptAfter(draft, take, async (tx, draft, told) => {
      draft.message = `Disconnected. ${told.join(' ')}`.trim();
      const { version } = await tx.application.findUniqueOrThrow({ where: { id: applicationId } });
      return { id: applicationId, version };
    });
    const integration = await db.integration.findUnique({ where: { applicationId } });
    if (integration && authorizationIdOf(integration.authentication) !== undefined) {
      await quarantine({ application }, `${actor.name} disconnected it. Reconnect on the Identity Management tab.`);
    }
    return done;
  },
);

/** Those that there were. */
async function takeTokens(tx: Tx, applicationId: string): Promise<Authorization[]> {
  await lockApplication(tx, applicationId);
  const found = await tx.authorization.findMany({ where: { applicationId }, orderBy: { id: 'asc' } });
  const taken: Authorization[] = [];
  for (const { id } of found) {
    const row = await lockAuthorization(tx, id);
    if (!row || row.tokensSealed === '') continue;
    await tx.authorization.update({ where: { id }, data: noTokens });
    taken.push(row);
  }
  if (taken.length === 0) throw new AppError('conflict', 'Nothing is connected.');
  const stored = await tx.integration.findUnique({ where: { applicationId } });
  const opened = stored && openAuthentication(stored);
  if (opened?.authentication.kind === 'authorizationCode') {
    // Sealed anew, so that no process goes on with an access token that it holds.
    const { tokenSealed } = toColumns(applicationId, opened);
    await tx.integration.update({ where: { applicationId }, data: { tokenSealed, version: { increment: 1 } } });
  }
  return taken;
}

/** @returns how that went, for people */
async function giveBack(row: Authorization): Promise<string> {
  const client = clientOfRow(row);
  const { revocationUrl } = client.authentication;
  const tokens = tokensOf(row);
  if (!tokens || revocationUrl === '') return 'It lasts over there until it is revoked there.';
  const [hint, token] =
    tokens.refreshToken === undefined ? ['access_token', tokens.accessToken] : ['refresh_token', tokens.refreshToken];
  const failure = await revokeToken(httpOf(row.baseUrl, client.authentication), {
    ...clientOf(client),
    tokenUrl: revocationUrl,
    parameters: { token, token_type_hint: hint },
    secrets: [token],
  });
  return failure ? `It could not be revoked over there: ${failure.detail}` : 'It was revoked over there.';
}
