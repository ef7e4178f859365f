import type { Checks } from './checks';
import { children } from './open-response';
import { clockSkewMs } from './service-provider';

interface Expected {
  acs: string;
  audience: string;
  /** The request that the response says it answers; empty for none. */
  inResponseTo: string;
  nameIdFormat: string;
  /** Who takes part in single logout has to know the session (SAML Profiles 4.1.4.2). */
  wantsSessionIndex: boolean;
}

const emailAddress = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress';
const unspecified = 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified';
const skew = `(clock skew ${clockSkewMs / 1000} s)`;

/** Checks what the assertion says (SAML Profiles 4.1.4.3); whether that can be believed is the signature's part. */
export function checkAssertion(checks: Checks, assertion: Element, expected: Expected): void {
  checkConditions(checks, assertion, expected.audience);
  checkConfirmation(checks, assertion, expected);
  checkSession(checks, assertion, expected.wantsSessionIndex);
  checkNameId(checks, assertion, expected.nameIdFormat);
}

function checkConditions(checks: Checks, assertion: Element, audience: string): void {
  const [conditions] = children(assertion, 'Conditions');
  const restrictions = children(assertion, 'Conditions', 'AudienceRestriction').map((restriction) =>
    children(restriction, 'Audience').map(textOf),
  );
  // Each restriction has to name us (SAML Core 2.5.1.4).
  const named = restrictions.length > 0 && restrictions.every((audiences) => audiences.includes(audience));
  checks.note('audience', named, audience, restrictions.flat().join(', '));
  const from = attribute(conditions, 'NotBefore');
  checks.note('not-before', !(Date.parse(from) > Date.now() + clockSkewMs), `Not later than ${now()} ${skew}`, from);
  const until = attribute(conditions, 'NotOnOrAfter');
  checks.note('not-on-or-after', isAhead(until), `Later than ${now()} ${skew}`, until);
}

function checkConfirmation(checks: Checks, assertion: Element, { acs, inResponseTo }: Expected): void {
  const bearers = children(assertion, 'Subject', 'SubjectConfirmation')
    .filter((element) => element.getAttribute('Method') === 'urn:oasis:names:tc:SAML:2.0:cm:bearer')
    .map((element) => {
      const [data] = children(element, 'SubjectConfirmationData');
      const [recipient, until, request] = ['Recipient', 'NotOnOrAfter', 'InResponseTo'].map((name) =>
        attribute(data, name),
      );
      return { recipient: recipient ?? '', until: until ?? '', request: request ?? '' };
    });
  // One that suits is enough; where none does, the first says why.
  const suits = (one: (typeof bearers)[number]) =>
    one.recipient === acs && isAhead(one.until) && one.request === inResponseTo;
  const bearer = bearers.find(suits) ?? bearers[0];
  const none = 'No bearer confirmation';
  checks.note('recipient', bearer?.recipient === acs, acs, bearer ? bearer.recipient : none);
  checks.note(
    'confirmation',
    isAhead(bearer?.until ?? ''),
    `Later than ${now()} ${skew}`,
    bearer ? bearer.until : none,
  );
  const wanted = inResponseTo === '' ? 'No InResponseTo, as in the response' : inResponseTo;
  // Also stops a response whose unsigned envelope lost its InResponseTo on the way.
  const came = bearer ? bearer.request || 'No InResponseTo' : none;
  checks.note('confirmed-request', bearer?.request === inResponseTo, wanted, came);
}

function checkSession(checks: Checks, assertion: Element, wantsSessionIndex: boolean): void {
  const [statement] = children(assertion, 'AuthnStatement');
  const index = attribute(statement, 'SessionIndex');
  const until = attribute(statement, 'SessionNotOnOrAfter');
  const good = statement !== undefined && (index !== '' || !wantsSessionIndex) && (until === '' || isAhead(until));
  const wanted = `AuthnStatement${wantsSessionIndex ? ' with SessionIndex' : ''}; SessionNotOnOrAfter, where there is one, later than ${now()} ${skew}`;
  const came = `SessionIndex ${index || 'missing'}, SessionNotOnOrAfter ${until || 'missing'}`;
  checks.note('authn-statement', good, wanted, statement ? came : 'No AuthnStatement');
}

function checkNameId(checks: Checks, assertion: Element, asked: string): void {
  const [nameId] = children(assertion, 'Subject', 'NameID');
  const sealed = children(assertion, 'Subject', 'EncryptedID').length > 0;
  const value = nameId ? textOf(nameId) : '';
  // The library does not open an EncryptedID in an assertion.
  if (!checks.note('name-id', value !== '', 'A NameID that is not empty', value || (sealed ? 'An EncryptedID' : '')))
    return;
  const format = attribute(nameId, 'Format') || unspecified;
  const isAsked = asked === unspecified || format === unspecified || format === asked;
  const fits = format !== emailAddress || /^[^\s@]+@[^\s@]+$/.test(value);
  const wanted = asked === unspecified ? 'Any format; an email address where it says so' : asked;
  checks.note('name-id-format', isAsked && fits, wanted, `${format}, ${value}`);
}

function isAhead(time: string): boolean {
  return Date.parse(time) + clockSkewMs > Date.now();
}

function now(): string {
  return new Date().toISOString();
}

function attribute(element: Element | undefined, name: string): string {
  return element?.getAttribute(name) ?? '';
}

export function textOf(element: Element): string {
  return element.textContent?.trim() ?? '';
}
