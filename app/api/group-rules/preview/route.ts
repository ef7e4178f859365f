import { defineRoute } from '@/lib/auth/define-route';
import { previewGroupRule } from '@/lib/directory/preview-group-rule';
import { previewGroupRuleSchema } from '@/lib/directory/schema';

/** Who would fall under a rule as it is being edited. Saves nothing; POST because of its size. */
export const POST = defineRoute({ permission: 'groups.read', body: previewGroupRuleSchema }, ({ body }) =>
  previewGroupRule(body),
);
