import { getTemplate } from '@/lib/applications/catalogue/templates';
import type { TargetAttributes } from '@/lib/applications/target-attributes';
import { db } from '@/lib/db/client';
import type { Application } from '@/lib/db/generated/client';
import type { ApplicationRule, AttributeMapping, TargetAttribute } from '@/lib/mappings/schema';

/** All that is planned by, for one application: its mappings, attributes and rules. No connection is needed to plan. */
export interface PlanContext {
  application: { id: string; displayLabel: string; usernameFormat: string; ssoActive: boolean };
  userMappings: AttributeMapping[];
  groupMappings: AttributeMapping[];
  userAttributes: TargetAttribute[];
  groupAttributes: TargetAttribute[];
  rules: ApplicationRule[];
  /** Target paths by which existing accounts are found, first precedence first. */
  matchTargets: string[];
  /** The same for groups. */
  groupMatchTargets: string[];
}

/** @param mappings of both tables, by position @param attributes of `listTargetAttributes` */
export function planContext(
  row: Application,
  mappings: readonly AttributeMapping[],
  attributes: TargetAttributes,
): PlanContext {
  const { scim } = getTemplate(row.templateId);
  const userMappings = mappings.filter((mapping) => mapping.objectType === 'user');
  const groupMappings = mappings.filter((mapping) => mapping.objectType === 'group');
  return {
    application: {
      id: row.id,
      displayLabel: row.displayLabel,
      usernameFormat: row.usernameFormat,
      ssoActive: row.kind === 'saml' && row.ssoStatus === 'active',
    },
    userMappings,
    groupMappings,
    userAttributes: attributes.user,
    groupAttributes: attributes.group,
    rules: scim?.rules ?? [],
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
