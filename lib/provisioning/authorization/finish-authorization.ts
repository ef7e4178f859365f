import { AppError } from '@/lib/core/errors';
import { isUuid } from '@/lib/core/ids';
import { hashToken } from '@/lib/crypto/tokens';
import { db, transaction } from '@/lib/db/client';
import type { Application, Authorization } from '@/lib/db/generated/client';
import type { Actor } from '@/lib/events/actor';
import type { EventDraft } from '@/lib/events/draft';
import { attemptAtOnce, recordEvents } from '@/lib/events/record';
import { exchangeCode, readAuthorizationAnswer } from '@/lib/scim/authorization-code';
import { issuerProblem } from '@/lib/scim/authorization-issuer';
import { type KeptTokens, toKept } from '@/lib/scim/kept-tokens';
import { replaceCredentials } from '../replace-credentials';
import { httpOf } from '../trust';
import { authorizationIdOf, forgetAuthorizations } from './forget-authorizations';
import { redirectUriOf } from './open-authorization';
import { appOf, clientOfRow, tokenColumns, verifierOf } from './sealed';
import { lockAuthorization } from './token-keeper';

/** Whose browser came back. */
interface Browser {
  actor: Actor;
  sessionId: string;
}

/**
 * Takes the answer that a browser brings back from an authorisation server: once, from the session that was sent there. What was allowed
 * is exchanged for tokens, which are kept; where the application is connected already, the connection is tested with them and goes by them.
 * @param query of the address that the browser came back to
 * @throws AppError `not_found`, `authorization_failed`: denied, not ours, by another server (RFC 9207), too late, used before, or not exchanged; as {@link replaceCredentials},
 * after which the authorisation waits to be used
 */
export async function finishAuthorization(browser: Browser, applicationId: string, query: URLSearchParams) {
  const application = isUuid(applicationId)
    ? await db.application.findUnique({ where: { id: applicationId } })
    : undefined;
  if (!application) throw new AppError('not_found', 'This application does not exist any more.');
  const { actor } = browser;
  const target = { type: 'application' as const, id: application.id, name: application.displayLabel };
  const event: EventDraft = { name: 'idm_oauth_connect', actor, application, target };
  const row = await attemptAtOnce(event, async () => {
    const claimed = await claim(browser, application, query.get('state') ?? '');
    return failing(claimed, async () => keep(claimed, actor, event, await exchanged(claimed, query)));
  });
  const { integrationVersion: version } = row;
  if (version === null) return;
  const authentication = { ...appOf(row.authentication), authorizationId: row.id };
  await failing(row, () => replaceCredentials(actor, { applicationId, version, authentication }));
}

/** The row is answered from now on: nobody comes back with it again. */
async function claim(
  { sessionId }: Browser,
  { id: applicationId }: Application,
  state: string,
): Promise<Authorization> {
  return transaction(async (tx) => {
    const found = await tx.authorization.findUnique({ where: { stateHash: hashToken(state) }, select: { id: true } });
    const row = found ? await lockAuthorization(tx, found.id) : undefined;
    // Asked again: it may have been opened in another tab while this waited for the lock.
    if (!row || row.stateHash !== hashToken(state) || row.applicationId !== applicationId) {
      throw failed(
        'This answer belongs to no connection that is being made here.',
        'Connecting was begun again meanwhile, perhaps in another tab: finish it there, or connect again.',
      );
    }
    if (row.sessionId !== sessionId) {
      throw failed(
        'This answer belongs to another session.',
        'Somebody signed in to Latchkey again meanwhile, or began in another browser: finish it there, or connect again.',
      );
    }
    if (row.answeredAt) {
      throw failed(
        'This answer was used already.',
        'Look at Identity Management whether the application is connected.',
      );
    }
    if (row.expiresAt.getTime() < Date.now()) {
      throw failed('This answer came too late: it is waited for ten minutes.', 'Connect again.');
    }
    return tx.authorization.update({ where: { id: row.id }, data: { answeredAt: new Date() } });
  });
}

/** Notes with the authorisation what it failed for. */
async function failing<T>({ id }: Authorization, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof AppError) {
      await db.authorization.updateMany({ where: { id }, data: { failure: error.message } });
    }
    throw error;
  }
}

async function exchanged(row: Authorization, query: URLSearchParams): Promise<KeptTokens> {
  const client = clientOfRow(row);
  const http = httpOf(row.baseUrl, client.authentication);
  // Before anything that it says counts, an error as well as a code.
  const foreign = await issuerProblem(http, client.authentication.authorizationUrl, query);
  if (foreign) throw failed(foreign, 'Connect again, and check the authorisation endpoint.');
  const answer = readAuthorizationAnswer(query);
  if (!answer) throw failed('The authorisation server sent back neither a code nor a reason.', 'Connect again.');
  if ('error' in answer) throw refused(answer);
  const asked = Date.now();
  const [redirectUri, verifier] = [redirectUriOf(row.applicationId), verifierOf(row)];
  const issued = await exchangeCode(http, client, { code: answer.code, redirectUri, verifier });
  if (issued.ok) return toKept(issued.token, asked);
  const { detail, hint } = issued.failure;
  // Of a code, that word means something else than of a refresh token.
  const isCode = /refused: invalid_grant/.test(detail);
  throw failed(detail, isCode ? 'Connect again; if it stays so, check client ID and redirect URI over there.' : hint);
}

function keep(row: Authorization, actor: Actor, event: EventDraft, tokens: KeptTokens): Promise<Authorization> {
  const { id, applicationId } = row;
  return transaction(async (tx) => {
    const integration = await tx.integration.findUnique({ where: { applicationId } });
    if (!(await lockAuthorization(tx, id))) throw failed('Connecting was begun again meanwhile.', 'Finish it there.');
    const kept = await tx.authorization.update({
      where: { id },
      data: {
        ...tokenColumns(id, tokens),
        connectedAt: new Date(),
        connectedByName: actor.name,
        failure: null,
        verifierSealed: '',
      },
    });
    await forgetAuthorizations(tx, applicationId, [
      id,
      integration ? authorizationIdOf(integration.authentication) : id,
    ]);
    const until =
      tokens.refreshToken === undefined ? ' There is no refresh token: it lasts as long as its access token.' : '';
    await recordEvents(tx, [{ ...event, message: `Connected by OAuth 2.0.${until}` }]);
    return kept;
  });
}

const hints: Readonly<Record<string, string>> = {
  access_denied: 'Connect again and allow it, signed in as somebody who administers the application.',
  invalid_scope: 'Correct the scopes: the application does not know one of them, or does not allow it to this client.',
  unauthorized_client: 'Allow this client the authorisation code grant over there.',
  unsupported_response_type: 'The application does not know this grant. Choose another way to authenticate.',
  invalid_request: 'Check client ID, scopes and redirect URI, and that the application knows PKCE (S256).',
  server_error: 'Its own trouble: connect again later.',
  temporarily_unavailable: 'Its own trouble: connect again later.',
};

/** RFC 6749 §4.1.2.1. */
function refused({ error, description }: { error: string; description: string }): AppError {
  const said = description === '' ? error : `${error}: ${description}`;
  const hint = Object.hasOwn(hints, error) ? hints[error] : 'Connect again.';
  return failed(
    error === 'access_denied' ? `It was not allowed (${said}).` : `The application refused: ${said}.`,
    hint,
  );
}

function failed(message: string, hint: string | undefined): AppError {
  return new AppError('authorization_failed', message, hint === undefined ? {} : { hint });
}
