/** Logout messages as service providers write them; `attributes` and `children` are raw markup. */
interface LogoutParts {
  id?: string;
  issuer?: string;
  issueInstant?: Date;
  destination?: string | undefined;
  attributes?: string;
}

const protocol = 'urn:oasis:names:tc:SAML:2.0:protocol';
const assertion = 'urn:oasis:names:tc:SAML:2.0:assertion';

export function logoutRequestXml({
  nameId = '<saml:NameID>ana</saml:NameID>',
  sessionIndexes = [],
  children = '',
  ...parts
}: LogoutParts & { nameId?: string; sessionIndexes?: readonly string[]; children?: string } = {}): string {
  const indexes = sessionIndexes.map((index) => `<samlp:SessionIndex>${index}</samlp:SessionIndex>`).join('');
  return message('LogoutRequest', parts, `${children}${nameId}${indexes}`);
}

export function logoutResponseXml({
  inResponseTo,
  status = ['Success'],
  children = '',
  ...parts
}: LogoutParts & { inResponseTo: string; status?: readonly string[]; children?: string }): string {
  const codes = status.reduceRight(
    (inner, code) => `<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:${code}">${inner}</samlp:StatusCode>`,
    '',
  );
  const attributes = `InResponseTo="${inResponseTo}" ${parts.attributes ?? ''}`;
  return message('LogoutResponse', { ...parts, attributes }, `${children}<samlp:Status>${codes}</samlp:Status>`);
}

function message(
  name: string,
  {
    id = '_l1',
    issuer = 'https://sp.example.com',
    issueInstant = new Date(),
    destination,
    attributes = '',
  }: LogoutParts,
  content: string,
): string {
  const to = destination === undefined ? '' : ` Destination="${destination}"`;
  return (
    `<samlp:${name} xmlns:samlp="${protocol}" xmlns:saml="${assertion}" ID="${id}" Version="2.0" ` +
    `IssueInstant="${issueInstant.toISOString()}"${to} ${attributes}><saml:Issuer>${issuer}</saml:Issuer>${content}</samlp:${name}>`
  );
}
