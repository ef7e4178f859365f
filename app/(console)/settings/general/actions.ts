'use server';

import { toAction } from '@/lib/auth/to-action';
import { links } from '@/lib/core/links';
import { updateSettings } from '@/lib/installation/update-settings';

export const updateSettingsAction = toAction(updateSettings, { revalidate: () => links.generalSettings() });
