/** What is shown must not be what signs somebody in: a response whose signature has no value is refused by everybody. */
export function withoutSignature(xml: string): string {
  return xml.replace(
    /<ds:SignatureValue>[^<]*<\/ds:SignatureValue>/g,
    '<ds:SignatureValue>(not shown)</ds:SignatureValue>',
  );
}
