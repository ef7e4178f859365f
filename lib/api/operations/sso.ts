import { z } from 'zod';
import { logoutBindings } from '@/lib/saml/schema';
import { activateSso, deactivateSso } from '@/lib/sso/activate-sso';
import { announceIdpKey } from '@/lib/sso/announce-idp-key';
import { discardIdpKey } from '@/lib/sso/discard-idp-key';
import { getIdpMetadata, getSsoTab } from '@/lib/sso/queries';
import { readPastedCertificate, readPastedMetadata } from '@/lib/sso/read-pasted';
import { spCertificateSchema, spMetadataSchema } from '@/lib/sso/schema';
import { applyHeldMetadata, rejectHeldMetadata } from '@/lib/sso/sp-metadata/decide-held';
import { refreshSpMetadata, removeSpMetadataSource, setSpMetadataSource } from '@/lib/sso/sp-metadata/set-source';
import { revertIdpKey, switchIdpKey } from '@/lib/sso/switch-idp-key';
import { applySpMetadata, updateSso } from '@/lib/sso/update-sso';
import { applicationParams, id } from '../fields';
import { defineOperation } from '../operation';
import { toOperation } from '../to-operation';
import { certificate, one, saved, settings } from './representations/sso';

const spMetadata = z
  .object({
    entityId: z.string(),
    acsUrls: z.array(z.object({ url: z.string(), index: z.number().int(), isDefault: z.boolean() })),
    certificates: z.array(z.string()).describe('Signing certificates, PEM.'),
    encryptionCertificate: z.string().optional().describe('What may be encrypted to, PEM.'),
    wantAssertionsSigned: z.boolean().optional(),
    authnRequestsSigned: z.boolean().optional(),
    nameIdFormats: z.array(z.string()),
    logout: z
      .object({ url: z.string(), responseUrl: z.string().optional(), binding: z.enum(logoutBindings) })
      .optional()
      .describe('Where it takes logout messages.'),
    validUntil: z.date().optional(),
    cacheSeconds: z.number().int().optional(),
  })
  .meta({ id: 'SpMetadata' });

const tag = 'SSO';
const permission = 'sso.write';
const rolled = { ...one, answer: settings, show: saved.show } as const;

export const ssoOperations = [
  defineOperation(
    {
      id: 'getSso',
      method: 'GET',
      path: '/applications/{application}/sso',
      tag,
      summary: 'Read the SSO settings of an application',
      permission: 'applications.read',
      params: applicationParams,
      answer: settings,
    },
    ({ params }) => getSsoTab(params.application),
  ),
  toOperation(updateSso, {
    ...saved,
    method: 'PATCH',
    path: '/applications/{application}/sso',
    summary: 'Change SSO settings, placeholders or SP certificates',
    description:
      'What is not sent stays, inside `settings` and `placeholders` too. What is incomplete is kept while SSO is not active; active SSO is never left broken.',
  }),
  toOperation(applySpMetadata, {
    ...saved,
    method: 'POST',
    path: '/applications/{application}/sso/sp-metadata',
    summary: 'Apply SP metadata: entity ID, ACS URLs, certificates, NameID format and what is to be signed',
    description:
      'What the metadata does not say stays as it is. Of several NameID formats the first that can be sent is taken, unless the present one is among them. What is signed or required is never made less.',
  }),
  toOperation(setSpMetadataSource, {
    ...rolled,
    method: 'PUT',
    path: '/applications/{application}/sso/sp-metadata/source',
    summary: 'Read SP metadata from an address from now on',
    description:
      'Read at once, and again by itself. What would change the entity ID, ACS URLs, certificates or NameID waits in `metadataSource.held`; what hurts nobody is applied.',
  }),
  toOperation(removeSpMetadataSource, {
    ...rolled,
    method: 'DELETE',
    path: '/applications/{application}/sso/sp-metadata/source',
    summary: 'Stop reading SP metadata from an address',
  }),
  toOperation(refreshSpMetadata, {
    ...rolled,
    method: 'POST',
    path: '/applications/{application}/sso/sp-metadata/refresh',
    summary: 'Read SP metadata now',
  }),
  toOperation(applyHeldMetadata, {
    ...rolled,
    method: 'POST',
    path: '/applications/{application}/sso/sp-metadata/apply',
    summary: 'Apply the SP metadata that waits',
  }),
  toOperation(rejectHeldMetadata, {
    ...rolled,
    method: 'POST',
    path: '/applications/{application}/sso/sp-metadata/reject',
    summary: 'Reject the SP metadata that waits',
    description: 'The settings stay, and it does not wait again until it changes.',
  }),
  toOperation(activateSso, {
    ...one,
    method: 'POST',
    path: '/applications/{application}/sso/activate',
    summary: 'Activate SSO, or the bookmark',
  }),
  toOperation(deactivateSso, {
    ...one,
    method: 'POST',
    path: '/applications/{application}/sso/deactivate',
    summary: 'Deactivate SSO, or the bookmark',
    description: 'Nobody is signed in any more, and the tile goes. Settings and certificate stay.',
  }),
  toOperation(announceIdpKey, {
    ...rolled,
    method: 'POST',
    path: '/applications/{application}/sso/certificates',
    summary: 'Announce the next signing certificate',
    description:
      'Generated, or uploaded with its private key: RSA of at least 2048 bits, or EC on P-256 or P-384. It stands in the metadata beside the present one until the switch.',
  }),
  toOperation(switchIdpKey, {
    ...rolled,
    method: 'POST',
    path: '/applications/{application}/sso/certificates/switch',
    summary: 'Sign with the next certificate',
  }),
  toOperation(revertIdpKey, {
    ...rolled,
    method: 'POST',
    path: '/applications/{application}/sso/certificates/revert',
    summary: 'Sign with the certificate before the last switch again',
    description: 'The present one is announced as the next.',
  }),
  toOperation(discardIdpKey, {
    ...rolled,
    method: 'DELETE',
    path: '/applications/{application}/sso/certificates/{keyId}',
    summary: 'Discard a certificate that does not sign',
    params: applicationParams.extend({ keyId: id }),
  }),
  defineOperation(
    {
      id: 'getIdpMetadata',
      method: 'GET',
      path: '/applications/{application}/sso/metadata',
      tag,
      summary: 'Read the IdP metadata of an application',
      permission: 'applications.read',
      params: applicationParams,
      answer: z.string(),
      mediaType: 'application/samlmetadata+xml',
    },
    ({ params }) => getIdpMetadata(params.application),
  ),
  defineOperation(
    {
      id: 'getIdpCertificate',
      method: 'GET',
      path: '/applications/{application}/sso/certificate',
      tag,
      summary: 'Read the IdP certificate of an application',
      permission: 'applications.read',
      params: applicationParams,
      answer: z.string().describe('PEM.'),
      mediaType: 'application/x-pem-file',
    },
    async ({ params }) => (await getSsoTab(params.application)).idpCertificate.certificate,
  ),
  defineOperation(
    {
      id: 'readSpMetadata',
      method: 'POST',
      path: '/sso/read-metadata',
      tag,
      summary: 'Show what SP metadata says, without saving it',
      permission,
      body: spMetadataSchema,
      answer: spMetadata,
    },
    async ({ body }) => readPastedMetadata(body),
  ),
  defineOperation(
    {
      id: 'readSpCertificate',
      method: 'POST',
      path: '/sso/read-certificate',
      tag,
      summary: 'Show what a certificate says, without saving it',
      permission,
      body: spCertificateSchema,
      answer: z.object({ fingerprint: certificate.fingerprint, subject: z.string(), notAfter: z.date() }),
    },
    async ({ body }) => readPastedCertificate(body),
  ),
];
