'use server';

import { revalidatePath } from 'next/cache';
import { defineAction } from '@/lib/auth/define-action';
import { links } from '@/lib/core/links';
import { activateIntegration } from '@/lib/provisioning/activate-integration';
import { deactivateIntegration } from '@/lib/provisioning/deactivate-integration';
import { pauseIntegration, resumeIntegration } from '@/lib/provisioning/pause-integration';
import { replaceToken } from '@/lib/provisioning/replace-token';
import {
  applicationRefSchema,
  connectionSchema,
  integrationUpdateSchema,
  replaceTokenSchema,
} from '@/lib/provisioning/schema';
import { updateIntegration } from '@/lib/provisioning/update-integration';

const permission = 'integration.write';

function refresh(applicationId: string): void {
  revalidatePath(links.application(applicationId).overview(), 'layout');
}

export const activateIntegrationAction = defineAction(
  { permission, schema: connectionSchema },
  async (input, { actor }) => {
    await activateIntegration(actor, input);
    refresh(input.applicationId);
  },
);

export const updateIntegrationAction = defineAction(
  { permission, schema: integrationUpdateSchema },
  async (input, { actor }) => {
    const saved = await updateIntegration(actor, input);
    refresh(input.applicationId);
    return saved;
  },
);

export const replaceTokenAction = defineAction({ permission, schema: replaceTokenSchema }, async (input, { actor }) => {
  await replaceToken(actor, input);
  refresh(input.applicationId);
});

export const pauseIntegrationAction = defineAction(
  { permission, schema: applicationRefSchema },
  async (input, { actor }) => {
    await pauseIntegration(actor, input);
    refresh(input.applicationId);
  },
);

export const resumeIntegrationAction = defineAction(
  { permission, schema: applicationRefSchema },
  async (input, { actor }) => {
    await resumeIntegration(actor, input);
    refresh(input.applicationId);
  },
);

export const deactivateIntegrationAction = defineAction(
  { permission, schema: applicationRefSchema },
  async (input, { actor }) => {
    await deactivateIntegration(actor, input);
    refresh(input.applicationId);
  },
);
