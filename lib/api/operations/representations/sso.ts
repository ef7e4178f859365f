import { z } from 'zod';
import { storedSsoSchema } from '@/lib/applications/schema';
import { getSsoTab } from '@/lib/sso/queries';
import { applicationParams } from '../../fields';
import { ssoStatus } from './application';

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

export const certificate = {
  certificate: z.string().describe('PEM.'),
  fingerprint: z.string().describe('SHA-256, hexadecimal with colons.'),
  notAfter: z.date(),
};

export const settings = z
  .object({
    applicationId: z.uuid(),
    version: z.number().int().describe('Of the SSO settings.'),
    ssoStatus,
    addresses: z
      .object({
        idpUrl: z.string(),
        idpEntityId: z.string(),
        logoutUrl: z.string().describe('Takes LogoutRequests and LogoutResponses.'),
        metadataUrl: z.string(),
        certificateUrl: z.string(),
      })
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

/** Of an operation on the SSO settings of one application. */
export const one = { tag: 'SSO', params: applicationParams, as: { application: 'applicationId' } } as const;
/** The same of one that is meant for a version of them. */
export const saved = {
  ...one,
  answer: settings,
  present: async ({ application }: { application: string }) => ({ version: (await getSsoTab(application)).version }),
  show: ({ id }: { id: string }) => getSsoTab(id),
} as const;
