'use server';

import { defineAction } from '@/lib/auth/define-action';
import { toAction } from '@/lib/auth/to-action';
import { links } from '@/lib/core/links';
import { readPastedCertificate, readPastedMetadata } from '@/lib/sso/read-pasted';
import { spCertificateSchema, spMetadataSchema } from '@/lib/sso/schema';
import { updateSso } from '@/lib/sso/update-sso';

export const saveSsoAction = toAction(updateSso, {
  revalidate: ({ id }) => links.application(id).overview(),
  more: ({ ssoStatus, problems }) => ({ ssoStatus, problems }),
});

/** Reads SP metadata for review; nothing is saved. */
export const readMetadataAction = defineAction(
  { permission: 'sso.write', schema: spMetadataSchema },
  async (input) => ({ metadata: readPastedMetadata(input) }),
);

/** Reads a pasted certificate for the list; nothing is saved. */
export const readCertificateAction = defineAction(
  { permission: 'sso.write', schema: spCertificateSchema },
  async (input) => readPastedCertificate(input),
);
