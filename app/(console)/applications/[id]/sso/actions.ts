'use server';

import { revalidatePath } from 'next/cache';
import { defineAction } from '@/lib/auth/define-action';
import { links } from '@/lib/core/links';
import { readPastedCertificate, readPastedMetadata } from '@/lib/sso/read-pasted';
import { saveSsoSettings } from '@/lib/sso/save-sso-settings';
import { saveSsoSchema, spCertificateSchema, spMetadataSchema } from '@/lib/sso/schema';

export const saveSsoAction = defineAction(
  { permission: 'sso.write', schema: saveSsoSchema },
  async (input, { actor }) => {
    const saved = await saveSsoSettings(actor, input);
    revalidatePath(links.application(input.applicationId).overview(), 'layout');
    return saved;
  },
);

/** Reads SP metadata for review; nothing is saved. */
export const readMetadataAction = defineAction(
  { permission: 'sso.write', schema: spMetadataSchema },
  async (input) => ({ metadata: readPastedMetadata(input) }),
);

/** Reads a pasted certificate for the list; nothing is saved. */
export const readCertificateAction = defineAction(
  { permission: 'sso.write', schema: spCertificateSchema },
  async ({ certificate }) => readPastedCertificate(certificate),
);
