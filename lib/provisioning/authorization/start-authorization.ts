import { randomUUID } from 'node:crypto';
import { lockApplication } from '@/lib/applications/lock-application';
import { AppError } from '@/lib/core/errors';
import type { Tx } from '@/lib/db/client';
import { defineCommand } from '@/lib/events/command';
import { assertOutgoingTarget } from '@/lib/http/outgoing';
import type { AppAuthentication } from '@/lib/scim/authentication';
import { assertSupported } from '../assert-supported';
import { assertOffered } from '../authentication';
import { authorizationIdOf, forgetAuthorizations } from './forget-authorizations';
import { startAuthorizationSchema } from './schema';
import { clientOfRow, sealPart } from './sealed';

/** So long somebody has to go there; once the browser was sent, {@link openAuthorization} counts. */
const openForMs = 60 * 60_000;

/**
 * Begins to connect an application: keeps what somebody is to be asked for, and where to send their browser ({@link getAuthorizations}).
 * Whoever was asked before, and has not answered, is asked no more. @returns the application, and which authorisation
 * @throws AppError `not_found`, `target_not_allowed`, `invalid_input` at the field
 */
export const startAuthorization = defineCommand(
  {
    id: 'startAuthorization',
    permission: 'integration.write',
    input: startAuthorizationSchema,
    event: 'idm_oauth_start',
  },
  async (tx, draft, { applicationId, authentication: { secret: typed, ...authentication }, ...input }, actor) => {
    const application = await lockApplication(tx, applicationId);
    draft.application = application;
    draft.target = { type: 'application', id: applicationId, name: application.displayLabel };
    assertSupported(application);
    assertOffered(application.templateId, authentication);
    const found = await tx.integration.findUnique({ where: { applicationId } });
    const active = found && found.status !== 'inactive' ? found : undefined;
    const baseUrl = active?.baseUrl ?? input.baseUrl;
    if (!baseUrl) throw new AppError('invalid_input', 'Enter the base URL.', { field: 'baseUrl' });
    assertOutgoingTarget(baseUrl, 'baseUrl');
    const secret =
      authentication.clientAuthentication === 'none'
        ? ''
        : (typed ?? (await keptSecret(tx, applicationId, authentication, baseUrl)));
    const before = await tx.authorization.findMany({ where: { applicationId, tokensSealed: { not: '' } } });
    const used = active && authorizationIdOf(active.authentication);
    await forgetAuthorizations(tx, applicationId, [used, ...before.map(({ id }) => id)]);
    const id = randomUUID();
    await tx.authorization.create({
      data: {
        id,
        applicationId,
        baseUrl,
        manageGroups: active?.manageGroups ?? input.manageGroups ?? false,
        authentication,
        secretSealed: sealPart('secret', id, secret),
        integrationVersion: active?.version ?? null,
        askedByName: actor.name,
        askedAt: new Date(),
        expiresAt: new Date(Date.now() + openForMs),
      },
    });
    return { id: applicationId, version: application.version, authorizationId: id };
  },
);

/** The secret that is kept, where it was given for the same servers; it goes nowhere else. */
async function keptSecret(
  tx: Tx,
  applicationId: string,
  { tokenUrl }: AppAuthentication,
  baseUrl: string,
): Promise<string> {
  const rows = await tx.authorization.findMany({ where: { applicationId }, orderBy: { askedAt: 'desc' } });
  const originOf = (url: string) => new URL(url).origin;
  for (const row of rows) {
    const { authentication, secret } = clientOfRow(row);
    const isSame =
      originOf(authentication.tokenUrl) === originOf(tokenUrl) && originOf(row.baseUrl) === originOf(baseUrl);
    if (secret !== '' && isSame) return secret;
  }
  const again = rows.length > 0 ? ' again: the token endpoint or the base URL is on another host' : '';
  throw new AppError('invalid_input', `Enter the client secret${again}.`, {
    field: 'authentication.secret',
    hint: 'Of an app that has none, choose that it is public.',
  });
}
