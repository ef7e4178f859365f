import { AppError } from '@/lib/core/errors';
import { defineCommand } from '@/lib/events/command';
import { networkOf } from '@/lib/http/network-list';
import { nameIdFormatSchema, nameIdFormats } from '@/lib/saml/schema';
import type { StoredSso } from '../merge-changes';
import type { SsoChanges } from '../schema';
import { saveSso } from '../update-sso';
import { type FailedSignIn, getFailedSignIn } from './queries';
import { type AskedRequest, mendSignInSchema, type SignInFix } from './schema';

/**
 * Changes the SSO settings so that a sign-in which failed comes about: with what its request asked for, which somebody has looked at.
 * @throws AppError `not_found`; `conflict` where the settings are not in its way any more, or this does not mend it; as `updateSso`
 */
export const mendSignIn = defineCommand(
  { id: 'mendSignIn', permission: 'sso.write', input: mendSignInSchema, event: 'sso_update' },
  async (tx, draft, { applicationId, version, reference, fix }) => {
    const failed = await getFailedSignIn(reference, tx);
    if (failed.applicationId !== applicationId) {
      throw new AppError('not_found', 'There is no failed sign-in of this reference in this application.');
    }
    draft.message = `Failed sign-in ${failed.reference}.`;
    const offered = failed.explanation.fixes.some((possible) => possible.fix === fix);
    if (!offered) {
      throw new AppError('conflict', failed.explanation.mended ?? 'This does not mend the sign-in.', {
        hint: 'Look at the failed sign-in again: what mends it stands there.',
      });
    }
    return saveSso(tx, draft, { applicationId, version }, (stored) => changesOf[fix](failed.asked, stored, failed));
  },
);

type Change = (
  asked: AskedRequest,
  stored: StoredSso,
  failed: Pick<FailedSignIn, 'lastAt' | 'clientAddress'>,
) => SsoChanges;

const changesOf: Readonly<Record<SignInFix, Change>> = {
  add_acs_url: ({ acsUrl = '' }, { settings: { acsUrls } }) => {
    const used = new Set(acsUrls.map(({ index }) => index));
    let index = 0;
    while (used.has(index)) index += 1;
    return { settings: { acsUrls: [...acsUrls, { url: acsUrl, index, isDefault: acsUrls.length === 0 }] } };
  },
  add_certificate: ({ certificate = '' }, { spCertificates }) => ({ spCertificates: [...spCertificates, certificate] }),
  use_issuer: ({ issuer = '' }) => ({ settings: { spEntityId: issuer } }),
  use_name_id_format: ({ nameIdFormat }) => {
    const format = nameIdFormatSchema.parse(nameIdFormat);
    if (format !== nameIdFormats.emailAddress) return { settings: { nameIdFormat: format } };
    return { settings: { nameIdFormat: format, nameIdSource: { kind: 'property', source: 'email' } } };
  },
  force_name_id_format: () => ({ settings: { nameIdFormatForced: true } }),
  ignore_authn_context: () => ({ settings: { ignoreRequestedAuthnContext: true } }),
  widen_clock_skew: ({ issueInstant = '' }, _stored, { lastAt }) => ({
    settings: { requestSkewMinutes: Math.ceil(Math.abs(lastAt.getTime() - Date.parse(issueInstant)) / 60_000) },
  }),
  allow_idp_initiated: () => ({ settings: { idpInitiated: true } }),
  allow_network: (_asked, { settings: { allowedNetworks } }, { clientAddress }) => ({
    settings: { allowedNetworks: [...allowedNetworks, networkOf(clientAddress ?? '') ?? ''] },
  }),
};
