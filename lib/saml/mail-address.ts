/**
 * True for an address as the NameID format emailAddress wants it: an addr-spec (SAML Core 8.3.2, RFC 5322 3.4.1) without
 * name, comment, quotes or angle brackets. Other alphabets are taken (RFC 6531). At most 254 characters.
 */
export function isMailAddress(text: string): boolean {
  return (
    text.length <= 254 &&
    /^[^\s@<>()[\]\\,;:"\p{C}]+@[^\s@<>()[\]\\,;:"\p{C}.]+(?:\.[^\s@<>()[\]\\,;:"\p{C}.]+)*$/u.test(text)
  );
}
