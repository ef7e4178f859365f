import { describe, expect, test } from 'vitest';
import { answerPassive, answerPolicy } from './answer-policy';
import { authnContextClasses, encryptedNameIdFormat, nameIdFormats, otherContextClasses, statusCodes } from './schema';

const { unspecified, password, passwordProtectedTransport: tls } = authnContextClasses;
const kerberos = 'urn:oasis:names:tc:SAML:2.0:ac:classes:Kerberos';
const settings = {
  spEntityId: 'https://sp.example.com',
  nameIdFormat: nameIdFormats.emailAddress,
  nameIdFormatForced: false,
  authnContextClass: tls,
  secondFactorContextClass: otherContextClasses.refedsMfa,
  upstreamContextClass: unspecified,
  authnContextMapping: [],
  ignoreRequestedAuthnContext: false,
  encryptNameId: false,
};

const agreed = { ok: true, nameIdFormat: nameIdFormats.emailAddress, encryptNameId: false, authnContextClass: tls };
const refusal = (subcode: string) => ({
  ok: false,
  status: { code: statusCodes.requester, subcode, message: expect.any(String) },
});

describe('NameIDPolicy', () => {
  const answer = (policy: { format?: string; spNameQualifier?: string }, changes = {}) =>
    answerPolicy({ nameIdPolicy: { allowCreate: false, ...policy } }, { ...settings, ...changes });

  test('the format agreed, the unspecified one, and none are answered in the format agreed', () => {
    expect(answerPolicy(undefined, settings)).toEqual(agreed);
    expect(answer({})).toEqual(agreed);
    expect(answer({ format: nameIdFormats.emailAddress })).toEqual(agreed);
    expect(answer({ format: nameIdFormats.unspecified })).toEqual(agreed);
  });

  test('another format is refused with InvalidNameIDPolicy, unless ours is forced', () => {
    expect(answer({ format: nameIdFormats.transient })).toEqual(refusal(statusCodes.invalidNameIdPolicy));
    expect(answer({ format: nameIdFormats.transient }, { nameIdFormatForced: true })).toEqual(agreed);
  });

  test('an identifier for another party is refused even then', () => {
    expect(answer({ spNameQualifier: settings.spEntityId })).toEqual(agreed);
    expect(answer({ spNameQualifier: 'https://affiliation' }, { nameIdFormatForced: true })).toEqual(
      refusal(statusCodes.invalidNameIdPolicy),
    );
  });
});

describe('NameIDPolicy of the format encrypted (SAML Core 3.4.1.1)', () => {
  const answer = (changes: object) =>
    answerPolicy({ nameIdPolicy: { allowCreate: false, format: encryptedNameIdFormat } }, { ...settings, ...changes });

  test('is answered with the agreed format, encrypted, where there is a certificate to encrypt to', () => {
    expect(answer({ encryptionCertificate: 'PEM' })).toEqual({ ...agreed, encryptNameId: true });
    expect(answer({ nameIdFormatForced: true })).toEqual(refusal(statusCodes.invalidNameIdPolicy));
  });
});

describe('RequestedAuthnContext, for a sign-in with a password over TLS', () => {
  const answer = (
    comparison: 'exact' | 'minimum' | 'maximum' | 'better',
    classes: string[],
    changes = {},
    declarations: string[] = [],
  ) => answerPolicy({ requestedAuthnContext: { comparison, classes, declarations } }, { ...settings, ...changes });

  test.each([
    ['exact', [tls], tls],
    ['exact', [kerberos, tls], tls],
    ['exact', [password], password],
    ['exact', [unspecified], unspecified],
    ['minimum', [password], tls],
    ['minimum', [kerberos, tls], tls],
    ['better', [password], tls],
    ['maximum', [tls], tls],
    ['maximum', [password], password],
  ] as const)('%s %s is answered with %s', (comparison, classes, stated) => {
    expect(answer(comparison, [...classes])).toEqual({ ...agreed, authnContextClass: stated });
  });

  test.each([
    ['exact', [kerberos]],
    ['minimum', [kerberos]],
    ['better', [tls]],
    ['better', [password, kerberos]],
    ['maximum', [kerberos]],
  ] as const)('%s %s is refused with NoAuthnContext', (comparison, classes) => {
    expect(answer(comparison, [...classes])).toEqual(refusal(statusCodes.noAuthnContext));
  });

  test('a declaration is something nothing here satisfies', () => {
    expect(answer('exact', [], {}, ['urn:d'])).toEqual(refusal(statusCodes.noAuthnContext));
    expect(answer('better', [password], {}, ['urn:d'])).toEqual(refusal(statusCodes.noAuthnContext));
  });

  test('a weaker sign-in never claims more than it was', () => {
    expect(answer('exact', [tls], { authnContextClass: password })).toEqual(refusal(statusCodes.noAuthnContext));
    expect(answer('minimum', [tls], { authnContextClass: unspecified })).toEqual(refusal(statusCodes.noAuthnContext));
  });

  test('it can be ignored, for SPs that ask for what they do not need', () => {
    expect(answer('exact', [kerberos], { ignoreRequestedAuthnContext: true })).toEqual(agreed);
  });
});

describe('what is said of other ways to sign in', () => {
  const { refedsMfa: mfa, microsoftMfa } = otherContextClasses;
  const mapped = {
    ...settings,
    authnContextMapping: [
      { requested: microsoftMfa, satisfiedBy: 'second_factor' as const },
      { requested: kerberos, satisfiedBy: 'upstream' as const },
      { requested: 'urn:company:password', satisfiedBy: 'password' as const },
    ],
  };
  const stated = (
    method: 'password' | 'second_factor' | 'upstream',
    comparison?: 'exact' | 'minimum' | 'maximum' | 'better',
    ...classes: string[]
  ) => {
    const requestedAuthnContext = comparison && { comparison, classes, declarations: [] };
    const answer = answerPolicy(requestedAuthnContext && { requestedAuthnContext }, mapped, method);
    return answer.ok ? answer.authnContextClass : answer.status.subcode;
  };
  const refused = statusCodes.noAuthnContext;

  test('each is stated as it was agreed where nobody asks', () => {
    expect(stated('password')).toBe(tls);
    expect(stated('second_factor')).toBe(mfa);
    expect(stated('upstream')).toBe(unspecified);
  });

  test('a second factor is better than a password, and is one too; what was seen upstream is neither', () => {
    expect(stated('second_factor', 'better', tls)).toBe(mfa);
    expect(stated('second_factor', 'minimum', tls)).toBe(mfa);
    expect(stated('second_factor', 'exact', tls)).toBe(tls);
    expect(stated('password', 'exact', mfa)).toBe(refused);
    expect(stated('upstream', 'exact', tls)).toBe(refused);
  });

  test('a mapped class is satisfied by its way of signing in, and stated as it was asked for', () => {
    expect(stated('second_factor', 'exact', kerberos, microsoftMfa)).toBe(microsoftMfa);
    expect(stated('second_factor', 'exact', 'urn:company:password')).toBe('urn:company:password');
    expect(stated('password', 'minimum', 'urn:company:password')).toBe('urn:company:password');
    expect(stated('password', 'exact', microsoftMfa)).toBe(refused);
    expect(stated('password', 'exact', kerberos)).toBe(refused);
    expect(stated('upstream', 'exact', kerberos)).toBe(kerberos);
    expect(stated('second_factor', 'better', microsoftMfa), 'nothing is known to be better').toBe(refused);
  });
});

test('IsPassive is refused with NoPassive when the person would have to be asked', () => {
  const noPassive = expect.objectContaining({ code: statusCodes.responder, subcode: statusCodes.noPassive });
  expect(answerPassive({ isPassive: true, forceAuthn: false }, true)).toBeUndefined();
  expect(answerPassive({ isPassive: true, forceAuthn: false }, false)).toEqual(noPassive);
  expect(answerPassive({ isPassive: true, forceAuthn: true }, true)).toEqual(noPassive);
  expect(answerPassive({ isPassive: false, forceAuthn: true }, false)).toBeUndefined();
});
