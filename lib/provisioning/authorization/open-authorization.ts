import { AppError } from '@/lib/core/errors';
import { isUuid } from '@/lib/core/ids';
import { oauthPaths } from '@/lib/core/links';
import { publicOrigin } from '@/lib/core/origin';
import { hashToken, randomToken } from '@/lib/crypto/tokens';
import { transaction } from '@/lib/db/client';
import { authorizationAddress } from '@/lib/scim/authorization-code';
import { appOf, sealPart } from './sealed';
import { lockAuthorization } from './token-keeper';

/** So long a person has to sign in over there and to allow it. */
const answerWithinMs = 10 * 60_000;

/** Where an authorisation server sends the browser back: one for each application, so that no server can answer for another. */
export function redirectUriOf(applicationId: string): string {
  return `${publicOrigin()}${oauthPaths.callback(applicationId)}`;
}

/**
 * Sends a browser to be asked. From now on only this session can come back with the answer; opened again, only the last tab can.
 * @returns the address at the authorisation server @throws AppError `not_found`, `authorization_failed`
 */
export async function openAuthorization(sessionId: string, id: string): Promise<string> {
  return transaction(async (tx) => {
    const row = isUuid(id) ? await lockAuthorization(tx, id) : undefined;
    if (!row) {
      throw new AppError('not_found', 'This connection is not being made any more.', {
        hint: 'Connecting may have been begun again meanwhile. Go to Identity Management of the application, and choose Connect….',
      });
    }
    if (row.answeredAt || row.expiresAt.getTime() < Date.now()) {
      throw new AppError(
        'authorization_failed',
        row.answeredAt ? 'This link was used already.' : 'This link has ended.',
        { hint: 'Choose Connect… again on the Identity Management tab.' },
      );
    }
    const [state, verifier] = [randomToken(), randomToken()];
    await tx.authorization.update({
      where: { id },
      data: {
        stateHash: hashToken(state),
        sessionId,
        verifierSealed: sealPart('verifier', id, verifier),
        expiresAt: new Date(Date.now() + answerWithinMs),
      },
    });
    const redirectUri = redirectUriOf(row.applicationId);
    return authorizationAddress(appOf(row.authentication), { redirectUri, state, verifier });
  });
}
