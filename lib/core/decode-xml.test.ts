import { expect, test } from 'vitest';
import { decodeXml } from './decode-xml';

const document = (encoding?: string) => `<?xml version="1.0"${encoding ? ` encoding="${encoding}"` : ''}?><a>Zoë</a>`;
const latin1 = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16();

test.each([
  ['UTF-8 without a declaration', Buffer.from('<a>Zoë</a>')],
  ['UTF-8 with a mark', Buffer.from(`\ufeff${document('utf-8')}`)],
  ['ISO-8859-1', latin1(document('ISO-8859-1'))],
  ['Windows-1252 in single quotes', latin1(document('windows-1252').replaceAll('"', "'"))],
  ['UTF-16 with a mark', Buffer.from(`\ufeff${document('UTF-16')}`, 'utf16le')],
  ['big-endian UTF-16 with a mark', utf16be(`\ufeff${document('UTF-16')}`)],
  ['UTF-16 without a mark', Buffer.from(document('UTF-16'), 'utf16le')],
  ['big-endian UTF-16 without a mark or a declaration', utf16be('<a>Zoë</a>')],
  ['a mark that contradicts the declaration', Buffer.from(`\ufeff${document('ISO-8859-1')}`)],
])('%s is read', (_name, bytes) => {
  expect(decodeXml(bytes)).toContain('<a>Zoë</a>');
});

test('ISO-8859-1 is itself, not Windows-1252', () => {
  expect(decodeXml(latin1(document('iso-8859-1').replace('ë', '\x85')))).toContain('<a>Zo\x85</a>');
});

test.each([
  ['bytes that are not UTF-8', latin1('<a>Zoë</a>'), 'UTF-8'],
  ['half a UTF-16 pair', Buffer.from('\ufeff<a>\ud800</a>', 'utf16le'), 'UTF-16LE'],
  ['an encoding that hides markup', Buffer.from(document('utf-7')), 'utf-7'],
  ['EBCDIC', Buffer.from(document('cp037')), 'cp037'],
])('%s are refused', (_name, bytes, named) => {
  expect(() => decodeXml(bytes)).toThrow(expect.objectContaining({ code: 'invalid_input', field: 'xml' }));
  expect(() => decodeXml(bytes)).toThrow(named);
});
