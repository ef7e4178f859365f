import { join } from 'node:path';
import { XmlDocument, XsdValidator } from 'libxml2-wasm';
import { xmlRegisterFsInputProviders } from 'libxml2-wasm/lib/nodejs.mjs';

xmlRegisterFsInputProviders();
const schemas = XmlDocument.fromString(
  '<schema xmlns="http://www.w3.org/2001/XMLSchema">' +
    ['protocol', 'assertion', 'metadata']
      .map(
        (name) =>
          `<import namespace="urn:oasis:names:tc:SAML:2.0:${name}" schemaLocation="saml-schema-${name}-2.0.xsd"/>`,
      )
      .join('') +
    '</schema>',
  { url: join(import.meta.dirname, 'xsd', 'all.xsd') },
);
const validator = XsdValidator.fromDoc(schemas);

/** What libxml2 finds wrong with a message or metadata, by the schemas of OASIS and W3C; empty when it is valid. */
export function schemaComplaints(xml: string): string[] {
  const document = XmlDocument.fromString(xml);
  try {
    validator.validate(document);
    return [];
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return error.message.trim().split('\n');
  } finally {
    document.dispose();
  }
}
