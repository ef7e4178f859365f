'use server';

import { revalidatePath } from 'next/cache';
import { defineAction } from '@/lib/auth/define-action';
import { AppError } from '@/lib/core/errors';
import { readCertificate } from '@/lib/crypto/certificate';
import { SamlError } from '@/lib/saml/error';
import { readSpMetadata } from '@/lib/saml/read-sp-metadata';
import { saveSsoSettings } from '@/lib/sso/save-sso-settings';
import { saveSsoSchema, spCertificateSchema, spMetadataSchema } from '@/lib/sso/schema';

export const saveSsoAction = defineAction(
  { permission: 'sso.write', schema: saveSsoSchema },
  async (input, { actor }) => {
    const saved = await saveSsoSettings(actor, input);
    revalidatePath(`/applications/${input.applicationId}`, 'layout');
    return saved;
  },
);

/** Reads SP metadata for review; nothing is saved. */
export const readMetadataAction = defineAction(
  { permission: 'sso.write', schema: spMetadataSchema },
  async ({ xml }) => {
    try {
      return { metadata: readSpMetadata(xml) };
    } catch (error) {
      if (!(error instanceof SamlError)) throw error;
      throw new AppError('invalid_input', error.message, {
        field: 'xml',
        ...(error.hint ? { hint: error.hint } : {}),
        cause: error,
      });
    }
  },
);

/** Reads a pasted certificate for the list; nothing is saved. */
export const readCertificateAction = defineAction(
  { permission: 'sso.write', schema: spCertificateSchema },
  async ({ certificate }) => {
    const { fingerprintSha256, subject, notAfter } = readCertificate(certificate, 'certificate');
    return { fingerprint: fingerprintSha256, subject, notAfter };
  },
);
