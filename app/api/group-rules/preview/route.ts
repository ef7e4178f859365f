import { defineRoute } from '@/lib/auth/define-route';
import { previewGroupRuleSchema } from '@/lib/directory/schema';
import { foretellGroupRule } from '@/lib/provisioning/queries/rule-preview';

/** Who would fall under a rule as it is being edited, and which accounts follow from it. Saves nothing; POST because of its size. */
export const POST = defineRoute({ permission: 'groups.read', body: previewGroupRuleSchema }, ({ body }) =>
  foretellGroupRule(body),
);
