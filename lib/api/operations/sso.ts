import { z } from 'zod';
import { storedSsoSchema } from '@/lib/applications/schema';
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
import { ssoStatus } from './representations/application';

const problems = z
  .array(
    z
      .object({
        code: z.enum(['unresolved_placeholder', 'invalid_input']),
        field: z.string().describe('Dot path into the settings.'),
        message: z.string(),
      })
      .meta({ id: 'SsoProblem' }),
  )
  .describe('Why SSO cannot be active; empty where it is, or could be.');

const certificate = {
  certificate: z.string().describe('PEM.'),
  fingerprint: z.string().describe('SHA-256, hexadecimal with colons.'),
  notAfter: z.date(),
};

const settings = z
  .object({
    applicationId: z.uuid(),
    version: z.number().int().describe('Of the SSO settings.'),
    ssoStatus,
    addresses: z
      .object({ idpUrl: z.string(), idpEntityId: z.string(), metadataUrl: z.string(), certificateUrl: z.string() })
      .describe('Give these to the service provider.'),
    idpEntityId: z.string().describe('As typed; empty: the SSO IdP URL.'),
    idpCertificate: z.object({ ...certificate, notBefore: z.date() }),
    idpCertificates: z
      .array(
        z.object({
          ...certificate,
          id: z.uuid(),
          state: z
            .enum(['current', 'next', 'retired'])
            .describe('`current` signs; `next` is announced in the metadata; `retired` signed before the last switch.'),
          notBefore: z.date(),
          createdAt: z.date(),
        }),
      )
      .describe('Never with the private key.'),
    metadataReadAt: z
      .date()
      .nullable()
      .describe('When somebody last read the metadata at its address, to five minutes.'),
    placeholders: z.record(z.string(), z.string()),
    settings: storedSsoSchema.meta({ id: 'SsoDraft' }).describe('As typed, with placeholders in braces.'),
    spCertificates: z.array(z.object({ ...certificate, subject: z.string() })),
    encryptionCertificate: z
      .object({ ...certificate, subject: z.string() })
      .optional()
      .describe('What `settings.encryptionCertificate` holds.'),
    problems,
    metadataSource: z
      .object({
        url: z.string(),
        entityId: z.string(),
        certificate: z.string().describe('PEM that it has to be signed with; empty: it need not be signed.'),
        readAt: z.date().nullable(),
        nextAt: z.date().describe('When it is read again.'),
        failingSince: z.date().nullable(),
        failure: z.string().nullable().describe('Why it cannot be read, in words. What was read last stands.'),
        validUntil: z.date().nullable(),
        held: z
          .object({
            id: z.string().describe('To apply or reject just this.'),
            since: z.date(),
            differences: z.array(z.object({ field: z.string(), from: z.array(z.string()), to: z.array(z.string()) })),
          })
          .nullable()
          .describe('What waits to be applied or rejected.'),
      })
      .nullable()
      .describe('Where the metadata of the service provider is read from.'),
  })
  .meta({ id: 'SsoSettings' });

const spMetadata = z
  .object({
    entityId: z.string(),
    acsUrls: z.array(z.object({ url: z.string(), index: z.number().int(), isDefault: z.boolean() })),
    certificates: z.array(z.string()).describe('Signing certificates, PEM.'),
    encryptionCertificate: z.string().optional().describe('What may be encrypted to, PEM.'),
    wantAssertionsSigned: z.boolean().optional(),
    authnRequestsSigned: z.boolean().optional(),
    nameIdFormats: z.array(z.string()),
    validUntil: z.date().optional(),
    cacheSeconds: z.number().int().optional(),
  })
  .meta({ id: 'SpMetadata' });

const tag = 'SSO';
const permission = 'sso.write';
const one = { tag, params: applicationParams, as: { application: 'applicationId' } } as const;
const saved = {
  ...one,
  answer: settings,
  present: async ({ application }: { application: string }) => ({ version: (await getSsoTab(application)).version }),
  show: ({ id }: { id: string }) => getSsoTab(id),
} as const;

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
