'use server';

import { toAction } from '@/lib/auth/to-action';
import { links } from '@/lib/core/links';
import { updateSettings } from '@/lib/installation/update-settings';
import { pauseProvisioning, resumeProvisioning } from '@/lib/provisioning/pause-everything';

/** Every page shows whether provisioning is paused. */
export const pauseProvisioningAction = toAction(pauseProvisioning, { revalidate: () => links.home() });
export const resumeProvisioningAction = toAction(resumeProvisioning, { revalidate: () => links.home() });

export const updateSettingsAction = toAction(updateSettings, { revalidate: () => links.generalSettings() });
