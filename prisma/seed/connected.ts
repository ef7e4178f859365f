import { associateGroup } from '@/lib/applications/change-associations';
import { createApplication } from '@/lib/applications/create-application';
import { getMappings } from '@/lib/applications/mapping-queries';
import { createApplicationSchema } from '@/lib/applications/schema';
import { updateMappings } from '@/lib/applications/update-mappings';
import { db } from '@/lib/db/client';
import { systemActor as actor } from '@/lib/events/actor';
import { activateIntegration } from '@/lib/provisioning/activate-integration';
import { activateSso } from '@/lib/sso/activate-sso';
import { idpAddresses } from '@/lib/sso/addresses';
import { seedId } from './people';

const [label, subdomain] = ['Egnyte EMEA', 'acmeemea'];
/** Who works in Egnyte EMEA, and whose membership makes somebody a power user there. */
const [team, powerUsers] = ['Sales EMEA', 'Egnyte Power Users'];

/** As docs/operating.md has it, under Dynamic groups. */
export const userTypeByGroup = `IIF(InStr(Join("|", [groups]), "${powerUsers}") > 0, "power", "standard")`;

const [triesOfSandbox, betweenMs, timeoutMs] = [60, 250, 10_000];

/**
 * Connects one Egnyte of the sandbox, so that a demo shows from its start what goes on by itself: accounts for a team, and the user type
 * of each by membership of a dynamic group. The sandbox has to run, or to be about to.
 * @param sandboxUrl its address @returns the application
 */
export async function connectDemo(sandboxUrl: string): Promise<string> {
  await untilAnswering(sandboxUrl);
  const tenant = `egnyte/${subdomain}`;
  const { token, scimUrl } = await control<{ token: string; scimUrl: string }>(sandboxUrl, '/tokens', { tenant });
  const placeholders = { SUBDOMAIN: subdomain };
  const wanted = { templateId: 'egnyte', displayLabel: label, placeholders };
  const { id: applicationId, slug } = await createApplication(actor, createApplicationSchema.parse(wanted));
  await activateSso(actor, { applicationId });
  const key = await db.idpKey.findFirstOrThrow({ where: { applicationId, state: 'current' } });
  const { idpUrl } = idpAddresses(slug, null);
  const sso = { mode: 'saml2', loginUrl: idpUrl, entityId: idpUrl, certificate: key.certificate, domainIssuer: true };
  await control(sandboxUrl, '/sso', { tenant, settings: sso });
  await mapUserType(applicationId);
  await associateGroup(actor, { applicationId, groupId: seedId('group', team) });
  const authentication = { kind: 'bearer', secret: token } as const;
  await activateIntegration(actor, { applicationId, baseUrl: scimUrl, authentication, manageGroups: true });
  return applicationId;
}

/** The template gives everybody the same user type, when the account is created. */
async function mapUserType(applicationId: string): Promise<void> {
  const { version, tables } = await getMappings(applicationId);
  const mappings = (tables.find(({ objectType }) => objectType === 'user')?.mappings ?? []).map((row) =>
    row.target === 'userType'
      ? { ...row, kind: 'expression' as const, source: userTypeByGroup, apply: 'always' as const }
      : row,
  );
  await updateMappings(actor, { applicationId, version, objectType: 'user', mappings });
}

/** Asks the sandbox to set something up. @throws Error where it refuses */
async function control<T>(sandboxUrl: string, path: string, body: object): Promise<T> {
  const answer = await fetch(`${sandboxUrl}/_control${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (!answer.ok) throw new Error(`The sandbox refused ${path}: ${answer.status}.`);
  return (await answer.json()) as T;
}

/** It is started beside this. */
async function untilAnswering(sandboxUrl: string): Promise<void> {
  for (let tries = 0; tries < triesOfSandbox; tries += 1) {
    const answer = await fetch(`${sandboxUrl}/_control/health`, { signal: AbortSignal.timeout(timeoutMs) }).catch(
      () => undefined,
    );
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, betweenMs));
  }
  throw new Error('The sandbox does not answer.');
}
