import { getTemplate } from '@/lib/applications/catalogue/templates';
import { listTargetAttributes, type TargetAttributes } from '@/lib/applications/target-attributes';
import { settingsOf } from '@/lib/core/setting';
import { db } from '@/lib/db/client';
import type { Application, Integration } from '@/lib/db/generated/client';
import { fromRow, runStatement, type Statement } from '@/lib/db/statement';
import type { ApplicationRule, AttributeMapping, ManualTaskTemplate, TargetAttribute } from '@/lib/mappings/schema';
import type { ScimCapabilities } from '@/lib/scim/capabilities';
import type { ServerProfile } from '@/lib/scim/profile';
import { capabilitiesOf } from '../server-profile';
import {
  type ActionSettings,
  accountSettings,
  actionSettings,
  type DriftSettings,
  driftSettings,
  type GroupSettings,
  type GuardSettings,
  groupSettings,
  guardSettings,
  holdSettings,
} from '../settings';

/** All that is planned by, for one application: its settings, mappings, attributes and rules. No connection is needed to plan. */
export interface PlanContext {
  application: { id: string; displayLabel: string; usernameFormat: string; ssoActive: boolean };
  /** Another text once an administrator has changed something of it. */
  version: string;
  capabilities: ScimCapabilities & ServerProfile;
  manageGroups: boolean;
  /** What is sent at all. */
  actions: ActionSettings;
  /** What is done about what others change over there. */
  drift: DriftSettings;
  /** Deactivations and deletions wait until somebody has allowed them. */
  holdDeprovisioning: boolean;
  guard: GuardSettings;
  groups: GroupSettings;
  /** Characters of a password that is generated because a rule of the application demands one. */
  generatedPasswordLength: number;
  userMappings: AttributeMapping[];
  groupMappings: AttributeMapping[];
  userAttributes: TargetAttribute[];
  groupAttributes: TargetAttribute[];
  rules: ApplicationRule[];
  /** What only a person can do over there, and for which accounts. */
  manualTasks: ManualTaskTemplate[];
  /** Target paths by which existing accounts are found, first precedence first. */
  matchTargets: string[];
  /** The same for groups. */
  groupMatchTargets: string[];
  /** Of a dry run: what it has foretold somebody already, nobody else is given. */
  dryRunId?: string;
}

/** An application with its connection; null where it has none yet. */
type Integrated = Pick<
  Application,
  'id' | 'displayLabel' | 'templateId' | 'usernameFormat' | 'kind' | 'ssoStatus' | 'version'
> & {
  integration: Pick<Integration, 'capabilities' | 'profile' | 'settings' | 'manageGroups' | 'version'> | null;
};

/** What is planned by in one application; undefined where Identity Management is not configured or was deactivated. */
export async function findPlanContext(applicationId: string): Promise<PlanContext | undefined> {
  const row = await findIntegrated(applicationId);
  return row && planContext(row, row.mappings, await listTargetAttributes(row));
}

/** An application whose Identity Management is configured and was not deactivated, with its mapping tables in their order. */
export async function findIntegrated(applicationId: string) {
  const read = (statement: Statement) => runStatement<Record<string, unknown>>(statement, [applicationId]);
  const [[application], [connected], mapped] = await Promise.all([
    read(applicationOf),
    read(integrationOf),
    read(mappingsOf),
  ]);
  const integration = connected && fromRow<Integration>(connected);
  if (!application || !integration || integration.status === 'inactive') return undefined;
  return {
    ...fromRow<Application>(application),
    integration,
    mappings: mapped.map((row) => fromRow<AttributeMapping>(row)),
  };
}

// $1 application. Past Prisma and beside each other: every stretch of an application that was not worked on lately begins with them.
const applicationOf: Statement = { name: 'application', text: 'SELECT * FROM applications WHERE id = $1::uuid' };
const integrationOf: Statement = {
  name: 'integration',
  text: 'SELECT * FROM integrations WHERE application_id = $1::uuid',
};
const mappingsOf: Statement = {
  name: 'mappings',
  text: 'SELECT * FROM attribute_mappings WHERE application_id = $1::uuid ORDER BY position',
};

/** @param mappings of both tables, by position @param attributes of `listTargetAttributes` */
export function planContext(
  row: Integrated,
  mappings: readonly AttributeMapping[],
  attributes: TargetAttributes,
): PlanContext {
  const { scim } = getTemplate(row.templateId);
  const userMappings = mappings.filter((mapping) => mapping.objectType === 'user');
  const groupMappings = mappings.filter((mapping) => mapping.objectType === 'group');
  const set = { settings: row.integration?.settings ?? {} };
  return {
    application: {
      id: row.id,
      displayLabel: row.displayLabel,
      usernameFormat: row.usernameFormat,
      ssoActive: row.kind === 'saml' && row.ssoStatus === 'active',
    },
    version: `${row.version}.${row.integration?.version ?? 0}`,
    capabilities: capabilitiesOf(row.integration ?? { capabilities: {}, profile: {} }, row.templateId),
    manageGroups: row.integration?.manageGroups ?? true,
    actions: settingsOf(actionSettings, set),
    drift: settingsOf(driftSettings, set),
    holdDeprovisioning: settingsOf(holdSettings, set).holdDeprovisioning,
    guard: settingsOf(guardSettings, set),
    groups: settingsOf(groupSettings, set),
    ...settingsOf(accountSettings, set),
    userMappings,
    groupMappings,
    userAttributes: attributes.user,
    groupAttributes: attributes.group,
    rules: scim?.rules ?? [],
    manualTasks: scim?.manualTasks ?? [],
    matchTargets: matchTargets(userMappings, 'userName'),
    groupMatchTargets: matchTargets(groupMappings, 'displayName'),
  };
}

/** The mapping tables of an application, in their order. */
export function listMappings(applicationId: string): Promise<AttributeMapping[]> {
  return db.attributeMapping.findMany({ where: { applicationId }, orderBy: { position: 'asc' } });
}

function matchTargets(mappings: readonly AttributeMapping[], unless: string): string[] {
  const matching = mappings.filter((mapping) => mapping.matchingPrecedence !== null);
  const sorted = matching.sort((one, other) => (one.matchingPrecedence ?? 0) - (other.matchingPrecedence ?? 0));
  return sorted.length > 0 ? sorted.map((mapping) => mapping.target) : [unless];
}
