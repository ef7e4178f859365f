import { z } from 'zod';
import { defineRoute } from '@/lib/auth/define-route';
import { previewGroupDeletion } from '@/lib/provisioning/queries/deprovision-preview';

/** Who would lose access and accounts, per application, if this group were deleted. */
export const GET = defineRoute({ permission: 'groups.read', params: z.object({ id: z.uuid() }) }, ({ params }) =>
  previewGroupDeletion(params.id),
);
