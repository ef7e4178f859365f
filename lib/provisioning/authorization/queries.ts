import { AppError } from '@/lib/core/errors';
import { oauthPaths } from '@/lib/core/links';
import { publicOrigin } from '@/lib/core/origin';
import { db } from '@/lib/db/client';
import type { Authorization } from '@/lib/db/generated/client';
import { authorizationIdOf } from './forget-authorizations';
import { redirectUriOf } from './open-authorization';
import type { AuthorizationState } from './schema';
import { appOf } from './sealed';

/** An authorisation as screens and API show it; tokens and secret are never part of it. */
export type ShownAuthorization = ReturnType<typeof shown>;

export interface Authorizations {
  /** What the connection goes by; null: it does not authenticate so. */
  used: ShownAuthorization | null;
  /** The latest besides: asked for, or given and not used yet. */
  other: ShownAuthorization | null;
  redirectUri: string;
}

/** What there is of an application. @throws AppError `not_found` */
export async function getAuthorizations(applicationId: string): Promise<Authorizations> {
  const application = await db.application.findUnique({
    where: { id: applicationId },
    select: {
      integration: { select: { authentication: true, status: true } },
      authorizations: { orderBy: { askedAt: 'desc' } },
    },
  });
  if (!application) throw new AppError('not_found', 'This application does not exist any more.');
  const { authorizations: rows, integration } = application;
  const isUsed = integration !== null && integration.status !== 'inactive';
  const usedId = isUsed ? authorizationIdOf(integration.authentication) : undefined;
  const used = rows.find(({ id }) => id === usedId);
  const other = rows.find(({ id }) => id !== usedId);
  return {
    used: used ? shown(used) : null,
    other: other ? shown(other) : null,
    redirectUri: redirectUriOf(applicationId),
  };
}

function shown(row: Authorization) {
  const state = stateOf(row);
  const { id, baseUrl, manageGroups, askedAt, askedByName, expiresAt, failure } = row;
  const { connectedAt, connectedByName, accessEndsAt, isRefreshable, refreshedAt, refusedAt, refusal } = row;
  return {
    id,
    state,
    authentication: appOf(row.authentication),
    baseUrl,
    manageGroups,
    /** Where a browser is sent to be asked. */
    connectUrl: state === 'asked' ? `${publicOrigin()}${oauthPaths.connect(id)}` : null,
    askedAt,
    askedByName,
    expiresAt,
    failure,
    connectedAt,
    connectedByName,
    accessEndsAt,
    isRefreshable,
    refreshedAt,
    refusedAt,
    refusal,
  };
}

function stateOf(row: Authorization): AuthorizationState {
  if (row.tokensSealed !== '') return row.refusedAt ? 'refused' : 'connected';
  if (row.connectedAt) return 'disconnected';
  if (row.answeredAt) return 'failed';
  return row.expiresAt.getTime() < Date.now() ? 'expired' : 'asked';
}
