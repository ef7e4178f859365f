import { z } from 'zod';

/** Longest PEM text, in characters: a handful of certificates. */
const longestPem = 32_768;

/** By which certificate a SCIM server is known, where that is not one of a public authority. */
export const trustSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('ca'),
      pem: z
        .string()
        .trim()
        .min(1, 'Paste the certificate of the authority')
        .max(longestPem, `At most ${longestPem.toLocaleString('en')} characters`)
        .describe('Certificates in PEM, in place of the public authorities.'),
    }),
    z.strictObject({
      kind: z.literal('pin'),
      sha256: z
        .string()
        .trim()
        .transform((text) => text.replace(/^sha256[/:]+/i, ''))
        .pipe(z.string().regex(/^[A-Za-z0-9+/]{43}=$/, 'A SHA-256 hash in Base64: 44 characters, the last one =')),
    }),
  ])
  .meta({ id: 'Trust' });
export type Trust = z.output<typeof trustSchema>;
export type TrustKind = Trust['kind'];

/** Each kind in words, as a screen offers them. */
export const trustWords = {
  public: {
    label: 'Public authorities',
    help: 'The certificate has to be one of a public authority, as in a browser.',
  },
  ca: { label: 'Own authority', help: 'Only certificates of the authority below are accepted from this server.' },
  pin: {
    label: 'Pinned certificate',
    help: 'Only the certificate with this key is accepted from this server, whoever issued it.',
  },
} as const satisfies Record<TrustKind | 'public', { label: string; help: string }>;
