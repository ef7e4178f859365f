import { z } from 'zod';
import { defineRoute } from '@/lib/auth/define-route';
import { previewSelection } from '@/lib/batches/queries';
import { selectionSchema } from '@/lib/batches/schema';

/** Whom a selection of people means, and which accounts suspending or deleting them takes away. POST because of its size. */
export const POST = defineRoute(
  { permission: 'users.read', body: selectionSchema.extend({ suspends: z.boolean() }) },
  ({ body: { suspends, ...selection } }) => previewSelection(selection, suspends),
);
