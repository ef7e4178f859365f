import { z } from 'zod';
import { defineRoute } from '@/lib/auth/define-route';
import { previewUserDeprovision } from '@/lib/provisioning/queries/deprovision-preview';

/** Which accounts would be deactivated if this person were suspended or deleted. */
export const GET = defineRoute({ permission: 'users.read', params: z.object({ id: z.uuid() }) }, ({ params }) =>
  previewUserDeprovision(params.id),
);
