import { expect, test } from 'vitest';
import { AppError, errorCodes } from '@/lib/core/errors';
import { SamlError, type SamlErrorCode, samlErrorReasons } from '@/lib/saml/error';
import { explainRefusal } from './words-for-reader';

const technical =
  /NameID|ACS|XML|SCIM|certificate|signature|signed|metadata|algorithm|binding|tab\b|Assignments|group/i;

const hint = 'Add the certificate on the SSO tab, or a user group under Assignments.';
const refusals = [
  ...(Object.keys(samlErrorReasons) as SamlErrorCode[]).map((code) => new SamlError(code, undefined, { hint })),
  ...errorCodes.map((code) => new AppError(code, 'ana has no value for the SAMLSubject NameID.', { hint })),
];

test('a person is told what it means for them, and whom to ask; nothing that others have to do', () => {
  // What speaks to people itself keeps its words.
  const own = [
    'forbidden',
    'network_not_allowed',
    'conflict',
    'not_found',
    'not_active',
    'request_expired',
    'request_replayed',
    'rate_limited',
  ];
  for (const error of refusals.filter(({ code }) => !own.includes(code))) {
    const { title, message, hint: told } = explainRefusal(error, 'person');
    expect(`${title} ${message} ${told}`, error.code).not.toMatch(technical);
    expect(told, error.code).toContain('administrator');
  }
});

test('whoever administers or helps is told the cause, and where it is mended', () => {
  for (const error of refusals) {
    expect(explainRefusal(error, 'staff'), error.code).toMatchObject({ message: error.message, hint });
  }
});

test('that an application is not active is for administrators to change; a person signs in there', () => {
  const error = new AppError('not_active', 'Single sign-on to Egnyte is not active.', {
    hint: 'Activate it on the SSO tab.',
  });
  expect(explainRefusal(error, 'person').hint).toBe('Ask your administrator, or sign in at the application itself.');
});
