import { defineCommand } from '@/lib/events/command';
import { changesBetween } from '@/lib/events/schema';
import { profileNames, type ServerProfile } from '@/lib/scim/profile';
import { asResource, assertVersion, lockIntegration } from './internal/integrations';
import { serverProfileUpdateSchema } from './schema';
import { capabilitiesOf } from './server-profile';

/**
 * Says what the server of a connection can do, before what it says itself and what it has taught. What is left out stays as it is; what
 * is named in `forget` is learned anew.
 * @returns the connection @throws AppError `stale_version`, `not_active`
 */
export const updateServerProfile = defineCommand(
  {
    id: 'updateServerProfile',
    permission: 'integration.write',
    input: serverProfileUpdateSchema,
    event: 'idm_integration_update',
  },
  async (tx, draft, { applicationId, version, forget = [], ...said }) => {
    const { application, integration } = await lockIntegration(tx, applicationId);
    draft.application = application;
    draft.target = { type: 'application', id: applicationId, name: application.displayLabel };
    const values = (row: { capabilities: unknown; profile: unknown }) => {
      const all = capabilitiesOf(row, application.templateId);
      return Object.fromEntries(profileNames.map((name) => [name, all[name]]));
    };
    assertVersion(integration, version, values(integration));
    const profile = withSaid(integration.profile, said);
    const learned = {
      capabilities: without(integration.capabilities, forget),
      taught: without(integration.taught, forget),
    };
    draft.changes = changesBetween(values(integration), values({ ...learned, profile }));
    const saved = await tx.integration.update({
      where: { applicationId },
      data: { ...learned, profile, version: { increment: 1 } },
    });
    return asResource(saved);
  },
);

type Said = { [Name in keyof ServerProfile]?: ServerProfile[Name] | null | undefined };

/** What administrators have said, with what is said now; null takes it back. */
function withSaid(stored: unknown, said: Said): Record<string, string | number | boolean> {
  const all = new Map<string, string | number | boolean>(Object.entries(stored ?? {}));
  for (const [name, value] of Object.entries(said)) {
    if (value === null) all.delete(name);
    else if (value !== undefined) all.set(name, value);
  }
  return Object.fromEntries(all);
}

/** What is stored by name, without some. */
function without(stored: unknown, names: readonly string[]) {
  return JSON.parse(
    JSON.stringify(Object.fromEntries(Object.entries(stored ?? {}).filter(([name]) => !names.includes(name)))),
  );
}
