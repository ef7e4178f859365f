'use server';

import { defineAction } from '@/lib/auth/define-action';
import { toAction } from '@/lib/auth/to-action';
import { links } from '@/lib/core/links';
import { announceIdpKey } from '@/lib/sso/announce-idp-key';
import { discardIdpKey } from '@/lib/sso/discard-idp-key';
import { readPastedCertificate, readPastedMetadata } from '@/lib/sso/read-pasted';
import { spCertificateSchema, spMetadataSchema } from '@/lib/sso/schema';
import { applyHeldMetadata, rejectHeldMetadata } from '@/lib/sso/sp-metadata/decide-held';
import { refreshSpMetadata, removeSpMetadataSource, setSpMetadataSource } from '@/lib/sso/sp-metadata/set-source';
import { revertIdpKey, switchIdpKey } from '@/lib/sso/switch-idp-key';
import { updateSso } from '@/lib/sso/update-sso';

export const saveSsoAction = toAction(updateSso, {
  revalidate: ({ id }) => links.application(id).overview(),
  more: ({ ssoStatus, problems }) => ({ ssoStatus, problems }),
});

const revalidate = ({ id }: { id: string }) => links.application(id).overview();
export const announceIdpKeyAction = toAction(announceIdpKey, { revalidate });
export const switchIdpKeyAction = toAction(switchIdpKey, { revalidate });
export const revertIdpKeyAction = toAction(revertIdpKey, { revalidate });
export const discardIdpKeyAction = toAction(discardIdpKey, { revalidate });

export const setSpMetadataSourceAction = toAction(setSpMetadataSource, { revalidate });
export const removeSpMetadataSourceAction = toAction(removeSpMetadataSource, { revalidate });
export const refreshSpMetadataAction = toAction(refreshSpMetadata, { revalidate });
export const applyHeldMetadataAction = toAction(applyHeldMetadata, { revalidate });
export const rejectHeldMetadataAction = toAction(rejectHeldMetadata, { revalidate });

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
