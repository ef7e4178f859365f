/** Attributes and sub-attributes of the core and enterprise schemas (RFC 7643 §3.1, §4), as the RFC writes them. */
const names = `
  id externalId meta schemas userName name formatted familyName givenName middleName honorificPrefix honorificSuffix
  displayName nickName profileUrl title userType preferredLanguage locale timezone active password
  emails phoneNumbers ims photos addresses groups entitlements roles x509Certificates members
  value display type primary streetAddress locality region postalCode country $ref
  employeeNumber costCenter organization division department manager managerId`;

const canonical = new Map(
  names
    .trim()
    .split(/\s+/)
    .map((name) => [name.toLowerCase(), name]),
);

/** A name as the RFC writes it; undefined for one that it does not have. */
export function knownName(name: string): string | undefined {
  return canonical.get(name.toLowerCase());
}
