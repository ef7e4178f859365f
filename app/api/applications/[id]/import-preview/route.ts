import { z } from 'zod';
import { defineRoute } from '@/lib/auth/define-route';
import { previewImportSettings, previewImportSettingsSchema } from '@/lib/imports/preview-settings';

/** What people would take of an account by the table as it is being edited. Saves nothing; POST because of its size. */
export const POST = defineRoute(
  { permission: 'imports.read', params: z.object({ id: z.uuid() }), body: previewImportSettingsSchema },
  ({ params, body }) => previewImportSettings(params.id, body),
);
