import type { Operation } from './operation';
import { administrationOperations } from './operations/administration';
import { applicationOperations } from './operations/applications';
import { associationOperations } from './operations/associations';
import { attributeDefinitionOperations } from './operations/attribute-definitions';
import { authorizationOperations } from './operations/authorizations';
import { dryRunOperations } from './operations/dry-runs';
import { eventOperations } from './operations/events';
import { failedSignInOperations } from './operations/failed-sign-ins';
import { groupOperations } from './operations/groups';
import { identityManagementOperations } from './operations/identity-management';
import { importSettingsOperations } from './operations/import-settings';
import { importOperations } from './operations/imports';
import { mappingOperations } from './operations/mappings';
import { migrationOperations } from './operations/migrations';
import { onDemandOperations } from './operations/on-demand';
import { provisioningOperations } from './operations/provisioning';
import { scopeFilterOperations } from './operations/scope-filters';
import { signInTestOperations } from './operations/sign-in-test';
import { sourceOperations } from './operations/sources';
import { ssoOperations } from './operations/sso';
import { targetAttributeOperations } from './operations/target-attributes';
import { tokenOperations } from './operations/tokens';
import { userBatchOperations } from './operations/user-batches';
import { userOperations } from './operations/users';
import { webhookOperations } from './operations/webhooks';

/** Every operation of the HTTP API, in the order in which the document lists them. */
export const operations: readonly Operation[] = [
  ...applicationOperations,
  ...associationOperations,
  ...ssoOperations,
  ...failedSignInOperations,
  ...signInTestOperations,
  ...identityManagementOperations,
  ...authorizationOperations,
  ...mappingOperations,
  ...migrationOperations,
  ...targetAttributeOperations,
  ...scopeFilterOperations,
  ...provisioningOperations,
  ...onDemandOperations,
  ...dryRunOperations,
  ...importOperations,
  ...importSettingsOperations,
  ...userOperations,
  ...userBatchOperations,
  ...groupOperations,
  ...eventOperations,
  ...attributeDefinitionOperations,
  ...sourceOperations,
  ...webhookOperations,
  ...tokenOperations,
  ...administrationOperations,
];
