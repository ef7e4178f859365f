import { readCertificate } from '@/lib/crypto/certificate';
import { maxAcsUrls, maxRequestSkewMinutes, nameIdFormats } from '@/lib/saml/schema';
import type { Explain, ExplainedApplication, ExplainInput, Explanation } from './explanation';

const unsigned = 'Anybody can send such a request: compare it with what the application says before you confirm.';

/** Where the request is in the way: by code. */
export const aboutRequests: Readonly<Record<string, Explain>> = {
  acs_not_registered: ({ asked }, { displayLabel, settings, draft }) => {
    const { acsUrl, acsIndex } = asked;
    if (acsUrl === undefined) {
      return {
        cause: `${displayLabel} asked for its ACS number ${acsIndex ?? '?'}, and no ACS URL has this index.`,
        advice: 'On the SSO tab, give the ACS URL that is meant this index, or read the metadata of the application.',
        mended: settings?.acsUrls.some(({ index }) => index === acsIndex)
          ? 'An ACS URL has this index now.'
          : undefined,
      };
    }
    const isThere = settings?.acsUrls.some(({ url }) => url === acsUrl);
    return {
      cause: `${displayLabel} asked for its answer at ${acsUrl}, which is not registered.`,
      advice: 'Answers go to registered ACS URLs alone, to the letter.',
      mended: isThere ? 'This ACS URL is registered now.' : undefined,
      fixes:
        isThere || draft.acsUrls.length >= maxAcsUrls
          ? []
          : [
              {
                fix: 'add_acs_url',
                label: 'Add this ACS URL',
                value: acsUrl,
                consequences: [
                  'From then on, assertions are sent to this address when a request asks for it.',
                  unsigned,
                ],
              },
            ],
    };
  },
  issuer_mismatch: ({ asked: { issuer } }, { displayLabel, settings }) => {
    const isSame = issuer !== undefined && settings?.spEntityId === issuer;
    return {
      cause: `The request says that it is from ${issuer ?? 'somebody else'}. Of ${displayLabel}, the SP Entity ID ${settings?.spEntityId ?? ''} is known.`,
      advice: 'Make the two the same: here, or in the application (its entity ID, or issuer).',
      mended: isSame ? 'The two are the same now.' : undefined,
      fixes:
        issuer === undefined || isSame
          ? []
          : [
              {
                fix: 'use_issuer',
                label: 'Use this SP Entity ID',
                value: issuer,
                consequences: [
                  `It takes the place of ${settings?.spEntityId ?? 'the present one'}, as audience of assertions, too.`,
                  unsigned,
                ],
              },
            ],
    };
  },
  signature_invalid: ({ asked: { certificate } }, { settings }) => {
    const count = settings?.spCertificates.length ?? 0;
    if (certificate === undefined) {
      return {
        cause: `The request is signed, and the signature matches none of the ${count} registered SP certificates.`,
        advice:
          'The application signs with another certificate by now, or something has changed the request on its way. Read its metadata, or paste its signing certificate on the SSO tab.',
      };
    }
    const { fingerprintSha256: value, subject, notAfter } = readCertificate(certificate);
    const isKnown = settings?.spCertificates.some((known) => readCertificate(known).fingerprintSha256 === value);
    return {
      cause: `The request is signed with a certificate that is not registered (${subject}, until ${notAfter.toISOString().slice(0, 10)}).`,
      advice: 'Compare its fingerprint with what the application shows of its signing certificate.',
      mended: isKnown ? 'This certificate is registered now.' : undefined,
      fixes: isKnown
        ? []
        : [
            {
              fix: 'add_certificate',
              label: 'Add this certificate',
              value,
              consequences: [
                'From then on, requests that are signed with its key count as the application’s own. The others stay.',
                'Anybody can sign with a certificate of their own: confirm only when the SHA-256 fingerprint below is the application’s.',
              ],
            },
          ],
    };
  },
  signature_required: (_input, { displayLabel, settings }) => ({
    cause: `Requests of ${displayLabel} have to be signed, and this one is not.`,
    advice: `Let ${displayLabel} sign its requests, or switch off “Require signed requests” on the SSO tab.`,
    mended: settings && !settings.requireSignedRequests ? 'Requests need not be signed now.' : undefined,
  }),
  destination_mismatch: ({ asked: { destination } }, { displayLabel, idpUrl }) => ({
    cause: `The request is meant for ${destination ?? 'another address'}, and came in at ${idpUrl}.`,
    advice: `In the settings of ${displayLabel}, set the IdP URL (login URL, SSO URL) to ${idpUrl}.`,
    mended: destination === idpUrl ? 'The two are the same now.' : undefined,
  }),
  request_expired: clock,
  request_from_future: clock,
  InvalidNameIDPolicy: ({ asked: { nameIdFormat } }, { displayLabel, draft }) => {
    const isServed = draft.nameIdFormatForced || draft.nameIdFormat === nameIdFormat;
    const spoken = Object.values(nameIdFormats).find((format) => format === nameIdFormat);
    return {
      cause: `${displayLabel} asked for a NameID of the format ${short(nameIdFormat)}, and is given ${short(draft.nameIdFormat)}.`,
      advice: 'Choose the format that the application asks for, or let it ask for none.',
      mended: isServed ? 'This is answered now.' : undefined,
      fixes: isServed
        ? []
        : [
            ...(spoken
              ? [
                  {
                    fix: 'use_name_id_format' as const,
                    label: `Send NameID as ${short(spoken)}`,
                    value: spoken,
                    consequences: [
                      'Everybody is named so from the next sign-in on. Who is known by another name there may be somebody new.',
                      ...(spoken === nameIdFormats.emailAddress ? ['NameID is made of the company email.'] : []),
                    ],
                  },
                ]
              : []),
            {
              fix: 'force_name_id_format' as const,
              label: 'Answer all the same',
              value: draft.nameIdFormat,
              consequences: [
                'Whatever format a request asks for, NameID is sent as it is now. Some applications refuse that.',
              ],
            },
          ],
    };
  },
  NoAuthnContext: ({ asked: { contexts = [] } }, { displayLabel, draft }) => ({
    cause: `${displayLabel} asked for a way of signing in that is not served: ${contexts.map(short).join(', ') || 'another one'}.`,
    advice: 'On the SSO tab, under Advanced, a class can also be mapped to a way of signing in.',
    mended: draft.ignoreRequestedAuthnContext ? 'What is asked is ignored now.' : undefined,
    fixes: draft.ignoreRequestedAuthnContext
      ? []
      : [
          {
            fix: 'ignore_authn_context',
            label: 'Ignore what is asked',
            consequences: [
              'People are signed in with a password, and the assertion says so. Whether that is enough is for the application to judge.',
            ],
          },
        ],
  }),
};

function clock(
  { asked: { issueInstant }, lastAt, message }: ExplainInput,
  { displayLabel, draft }: ExplainedApplication,
): Partial<Explanation> {
  const offMs = issueInstant === undefined ? undefined : lastAt.getTime() - Date.parse(issueInstant);
  if (offMs === undefined || Number.isNaN(offMs)) return { cause: message };
  const minutes = Math.ceil(Math.abs(offMs) / 60_000);
  const isWithin = minutes <= draft.requestSkewMinutes;
  const canBe = minutes <= maxRequestSkewMinutes;
  return {
    cause: `By the clock of ${displayLabel}, the request was made ${minutes} min ${offMs > 0 ? 'before it came' : 'after it came'}; ${draft.requestSkewMinutes} are tolerated.`,
    advice:
      offMs > 0
        ? 'An old link or a page that was left open does that once. If it happens each time, set the clock of the application.'
        : 'Set the clock of the application.',
    mended: isWithin ? 'As much is tolerated now.' : undefined,
    fixes:
      isWithin || !canBe
        ? []
        : [
            {
              fix: 'widen_clock_skew',
              label: `Tolerate ${minutes} min`,
              consequences: [
                'Requests are taken for that much longer. IDs are remembered as long, so none works twice.',
              ],
            },
          ],
  };
}

/** The last part of a URN. */
function short(name: string | undefined): string {
  return name?.split(':').at(-1) ?? 'none';
}
