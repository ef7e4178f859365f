import { z } from 'zod';
import { inputShape } from '@/lib/core/setting';
import { appCredentialsSchema } from '@/lib/scim/authentication';
import { connectionSettings } from '../settings';

const settings = inputShape(connectionSettings);

/** What somebody is to be asked to allow. */
export const startAuthorizationSchema = z.object({
  applicationId: z.uuid(),
  baseUrl: settings.baseUrl.optional().describe('Of an active connection: left out, it is the one that there is.'),
  manageGroups: settings.manageGroups.optional(),
  authentication: appCredentialsSchema,
});

export const authorizationStates = ['asked', 'expired', 'failed', 'connected', 'refused', 'disconnected'] as const;
export type AuthorizationState = (typeof authorizationStates)[number];
