import { administrationCases } from './operations/test-administration';
import { applicationCases } from './operations/test-applications';
import { associationCases } from './operations/test-associations';
import { eventCases } from './operations/test-events';
import { groupCases } from './operations/test-groups';
import { identityManagementCases } from './operations/test-identity-management';
import { importCases } from './operations/test-imports';
import { mappingCases } from './operations/test-mappings';
import { provisioningCases } from './operations/test-provisioning';
import { ssoCases } from './operations/test-sso';
import { tokenCases } from './operations/test-tokens';
import { userCases } from './operations/test-users';
import { webhookCases } from './operations/test-webhooks';
import type { Case } from './test-world';

/** The case of every operation, by its id. */
export const cases: Record<string, Case> = {
  ...applicationCases,
  ...associationCases,
  ...ssoCases,
  ...identityManagementCases,
  ...mappingCases,
  ...provisioningCases,
  ...importCases,
  ...userCases,
  ...groupCases,
  ...eventCases,
  ...webhookCases,
  ...tokenCases,
  ...administrationCases,
};
