import { now } from '@/lib/core/clock';
import { db } from '@/lib/db/client';
import type { DryRun, Integration } from '@/lib/db/generated/client';
import type { StoredAuthentication } from '../authentication';
import { type Connection, connectionOf } from '../connection';
import { sameBaseUrl } from '../forget-accounts';
import { readOnly } from './read-only';

/** What a dry run reads by, and plans by. */
export interface DryRunConnection {
  /** Nothing can be written through it. */
  connection: Connection;
  /** It would lead somewhere else than what the links are about: nothing is known of anybody's account there. */
  forgets: boolean;
}

/** Undefined where the connection was deactivated, or leads somewhere else by now. */
export async function connectionOfRun(run: DryRun): Promise<DryRunConnection | undefined> {
  const row = await db.application.findUnique({
    where: { id: run.applicationId },
    include: { integration: true, mappings: { orderBy: { position: 'asc' } } },
  });
  if (!row) return undefined;
  const { integration } = row;
  if (run.isOfActivation) {
    const asIs = { ...row, integration: asActivated(integration, run) };
    return {
      connection: {
        ...(await connectionOf(asIs, { stored: credentialsOfRun(run), guard: readOnly })),
        dryRunId: run.id,
      },
      forgets: integration !== null && !sameBaseUrl(integration.baseUrl, run.baseUrl),
    };
  }
  if (!integration || integration.status === 'inactive' || !sameBaseUrl(integration.baseUrl, run.baseUrl))
    return undefined;
  const connection = await connectionOf({ ...row, integration }, { guard: readOnly });
  return { connection: { ...connection, dryRunId: run.id }, forgets: false };
}

/** Where the credentials of a connection are that is not active yet: sealed for the run alone. */
export function credentialsOfRun({ id, baseUrl, authentication, tokenSealed }: DryRun): StoredAuthentication {
  return { applicationId: id, baseUrl, authentication, tokenSealed };
}

/** The connection as activating it would leave it: what is planned by then has the same version. */
function asActivated(before: Integration | null, run: DryRun): Integration {
  const at = now();
  return {
    profile: {},
    taught: {},
    settings: {},
    intervalMinutes: 40,
    lastSuccessAt: null,
    ...before,
    applicationId: run.applicationId,
    status: 'active',
    baseUrl: run.baseUrl,
    manageGroups: run.manageGroups,
    capabilities: run.capabilities ?? {},
    authentication: run.authentication,
    tokenSealed: '',
    tokenUpdatedAt: at,
    secretEndsAt: null,
    secretWarned: null,
    trustEndsAt: null,
    trustWarned: null,
    quarantineReason: null,
    quarantinedAt: null,
    notBefore: null,
    restsUntil: before?.baseUrl === run.baseUrl ? before.restsUntil : null,
    heldAt: null,
    failures: 0,
    activatedAt: at,
    updatedAt: at,
    version: (before?.version ?? 0) + 1,
  };
}
