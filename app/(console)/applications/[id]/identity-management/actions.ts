'use server';

import { toAction } from '@/lib/auth/to-action';
import { links } from '@/lib/core/links';
import { activateDryRun, activateIntegration } from '@/lib/provisioning/activate-integration';
import { disconnectAuthorization } from '@/lib/provisioning/authorization/disconnect-authorization';
import { startAuthorization } from '@/lib/provisioning/authorization/start-authorization';
import { confirmMissing } from '@/lib/provisioning/cycles/confirm-missing';
import { deactivateIntegration } from '@/lib/provisioning/deactivate-integration';
import { startActivationDryRun } from '@/lib/provisioning/dry-runs/start-dry-run';
import { pauseIntegration, resumeIntegration } from '@/lib/provisioning/pause-integration';
import { replaceCredentials } from '@/lib/provisioning/replace-credentials';
import { updateIntegration } from '@/lib/provisioning/update-integration';
import { updateServerProfile } from '@/lib/provisioning/update-server-profile';

const revalidate = ({ id }: { id: string }) => links.application(id).overview();

export const activateIntegrationAction = toAction(activateIntegration, { revalidate });

export const startActivationDryRunAction = toAction(startActivationDryRun);

export const activateDryRunAction = toAction(activateDryRun, { revalidate });

export const updateIntegrationAction = toAction(updateIntegration, { revalidate });

export const updateServerProfileAction = toAction(updateServerProfile, { revalidate });

export const replaceCredentialsAction = toAction(replaceCredentials, { revalidate });

export const startAuthorizationAction = toAction(startAuthorization, {
  more: ({ authorizationId }) => ({ authorizationId }),
});

export const disconnectAuthorizationAction = toAction(disconnectAuthorization, { revalidate });

export const pauseIntegrationAction = toAction(pauseIntegration, { revalidate });

export const resumeIntegrationAction = toAction(resumeIntegration, { revalidate });

export const deactivateIntegrationAction = toAction(deactivateIntegration, { revalidate });

export const confirmMissingAction = toAction(confirmMissing, { revalidate });
