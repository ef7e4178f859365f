import { z } from 'zod';
import { storedSsoSchema } from '@/lib/applications/schema';
import { activate, deactivate } from '@/lib/sso/activate';
import { changesOfMetadata, mergeChanges } from '@/lib/sso/merge-changes';
import { getIdpMetadata, getSsoTab } from '@/lib/sso/queries';
import { readPastedCertificate, readPastedMetadata } from '@/lib/sso/read-pasted';
import { saveSsoSettings } from '@/lib/sso/save-sso-settings';
import { spCertificateSchema, spMetadataSchema, ssoChangesSchema } from '@/lib/sso/schema';
import { applicationParams } from '../fields';
import { defineOperation } from '../operation';
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
    placeholders: z.record(z.string(), z.string()),
    settings: storedSsoSchema.meta({ id: 'SsoDraft' }).describe('As typed, with placeholders in braces.'),
    spCertificates: z.array(z.object({ ...certificate, subject: z.string() })),
    problems,
  })
  .meta({ id: 'SsoSettings' });

const spMetadata = z
  .object({
    entityId: z.string(),
    acsUrls: z.array(z.object({ url: z.string(), index: z.number().int(), isDefault: z.boolean() })),
    certificates: z.array(z.string()).describe('Signing certificates, PEM.'),
    wantAssertionsSigned: z.boolean().optional(),
    authnRequestsSigned: z.boolean().optional(),
    nameIdFormats: z.array(z.string()),
  })
  .meta({ id: 'SpMetadata' });

const presentVersion = async ({ application }: { application: string }) => ({
  version: (await getSsoTab(application)).version,
});
const tag = 'SSO';
const permission = 'sso.write';

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
  defineOperation(
    {
      id: 'updateSso',
      method: 'PATCH',
      path: '/applications/{application}/sso',
      tag,
      summary: 'Change SSO settings, placeholders or SP certificates',
      description:
        'What is not sent stays, inside `settings` and `placeholders` too. What is incomplete is kept while SSO is not active; active SSO is never left broken.',
      permission,
      params: applicationParams,
      body: ssoChangesSchema,
      answer: settings,
      present: presentVersion,
    },
    async ({ params, body, version, actor }) => {
      await saveSsoSettings(actor, mergeChanges(await getSsoTab(params.application), version, body));
      return getSsoTab(params.application);
    },
  ),
  defineOperation(
    {
      id: 'applySpMetadata',
      method: 'POST',
      path: '/applications/{application}/sso/sp-metadata',
      tag,
      summary: 'Apply SP metadata: entity ID, ACS URLs, certificates, NameID format and what is to be signed',
      description:
        'What the metadata does not say stays as it is. Of several NameID formats the first that can be sent is taken, unless the present one is among them. What is signed or required is never made less.',
      permission,
      params: applicationParams,
      body: spMetadataSchema,
      answer: settings,
      present: presentVersion,
    },
    async ({ params, body, version, actor }) => {
      const tab = await getSsoTab(params.application);
      const changes = changesOfMetadata(readPastedMetadata(body), tab);
      await saveSsoSettings(actor, mergeChanges(tab, version, changes));
      return getSsoTab(params.application);
    },
  ),
  defineOperation(
    {
      id: 'activateSso',
      method: 'POST',
      path: '/applications/{application}/sso/activate',
      tag,
      summary: 'Activate SSO, or the bookmark',
      permission,
      params: applicationParams,
    },
    ({ params, actor }) => activate(actor, params.application),
  ),
  defineOperation(
    {
      id: 'deactivateSso',
      method: 'POST',
      path: '/applications/{application}/sso/deactivate',
      tag,
      summary: 'Deactivate SSO, or the bookmark',
      description: 'Nobody is signed in any more, and the tile goes. Settings and certificate stay.',
      permission,
      params: applicationParams,
    },
    ({ params, actor }) => deactivate(actor, params.application),
  ),
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
    async ({ body }) => readPastedCertificate(body.certificate),
  ),
];
