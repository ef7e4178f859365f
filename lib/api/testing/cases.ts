import { administrationCases } from './administration';
import { applicationCases } from './applications';
import { associationCases } from './associations';
import { eventCases } from './events';
import { groupCases } from './groups';
import { identityManagementCases } from './identity-management';
import { importCases } from './imports';
import { mappingCases } from './mappings';
import { provisioningCases } from './provisioning';
import { ssoCases } from './sso';
import { targetAttributeCases } from './target-attributes';
import { tokenCases } from './tokens';
import { userCases } from './users';
import { webhookCases } from './webhooks';
import type { Case } from './world';

/** The case of every operation, by its id. */
export const cases: Record<string, Case> = {
  ...applicationCases,
  ...associationCases,
  ...ssoCases,
  ...identityManagementCases,
  ...mappingCases,
  ...targetAttributeCases,
  ...provisioningCases,
  ...importCases,
  ...userCases,
  ...groupCases,
  ...eventCases,
  ...webhookCases,
  ...tokenCases,
  ...administrationCases,
};
