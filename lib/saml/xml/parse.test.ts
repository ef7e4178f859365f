import { describe, expect, test } from 'vitest';
import { cpuTime } from '@/lib/core/testing/cpu-time';
import { parseXml } from './parse';
import { messageLimits, metadataLimits } from './scan';

const parse = (xml: string) => parseXml(xml, messageLimits);
const malformed = expect.objectContaining({ name: 'SamlError', code: 'malformed_xml' });
const tooLarge = expect.objectContaining({ name: 'SamlError', code: 'too_large' });

test('plain XML is read', () => {
  const root = parse(
    '<?xml version="1.0" encoding="utf-8"?>\n<a:b xmlns:a="urn:a" c = \'1"\' >x &amp; &#x1F511; &lt;<d/></a:b >\n',
  );
  expect(root.namespaceURI).toBe('urn:a');
  expect(root.getAttribute('c')).toBe('1"');
  expect(root.textContent).toBe('x & 🔑 <');
});

describe('DTDs never reach a parser', () => {
  const laughs = Array.from({ length: 9 }, (_, level) => `<!ENTITY l${level + 1} "${`&l${level};`.repeat(10)}">`).join(
    '',
  );
  test.each([
    ['billion laughs', `<!DOCTYPE a [<!ENTITY l0 "ha">${laughs}]><a>&l9;</a>`],
    ['an external entity', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'],
    ['a parameter entity', '<!DOCTYPE a [<!ENTITY % p SYSTEM "https://evil.example/x.dtd">%p;]><a/>'],
    ['a DOCTYPE alone', '<!DOCTYPE a><a/>'],
    ['an external DTD', '<!DOCTYPE a SYSTEM "https://evil.example/x.dtd"><a/>'],
    ['a DOCTYPE in lower case', '<!doctype a><a/>'],
    ['a DOCTYPE after a comment', '<!-- c --><!DOCTYPE a><a/>'],
    ['a DOCTYPE inside the root', '<a><!DOCTYPE a></a>'],
  ])('%s', (_what, xml) => {
    expect(() => parse(xml)).toThrow(malformed);
    expect(() => parseXml(xml, metadataLimits, 'metadata')).toThrow(/DOCTYPE|entity/);
  });
});

describe('what could cut a text or hide from a reader is refused in a message', () => {
  test.each([
    ['a comment', '<a>x<!-- c -->y</a>'],
    ['a processing instruction', '<a>x<?p i?>y</a>'],
    ['CDATA', '<a><![CDATA[x]]></a>'],
    ['a comment before the root', '<!-- c --><a/>'],
  ])('%s', (_what, xml) => {
    expect(() => parse(xml)).toThrow(malformed);
  });
});

test('comments and processing instructions are removed from metadata, and texts become whole again', () => {
  const xml = '<?xml version="1.0"?><!-- c --><?pi x?><a>x<!-- <b> & -->y<?p "?>z</a><!-- end -->';
  expect(parseXml(xml, metadataLimits, 'metadata').children).toEqual(['xyz']);
  expect(() => parseXml('<a>&am<!-- -->p;</a>', metadataLimits, 'metadata')).toThrow(malformed);
});

test('CDATA in metadata is the text that it is, whatever it looks like', () => {
  const xml = '<a><![CDATA[https://sp.example/?a=1&b=<2>]]>x<![CDATA[ ]] > &amp; ]]></a>';
  expect(parseXml(xml, metadataLimits, 'metadata').textContent).toBe('https://sp.example/?a=1&b=<2>x ]] > &amp; ');
  for (const outside of ['<![CDATA[x]]><a/>', '<a/><![CDATA[]]>', '<a><![CDATA[x]]</a>', '<a b="<![CDATA[x]]>"/>']) {
    expect(() => parseXml(outside, metadataLimits, 'metadata')).toThrow(malformed);
  }
});

test('metadata is read whatever encoding it says that its bytes had; a message has to be UTF-8', () => {
  const xml = '<?xml version="1.0" encoding="ISO-8859-1"?><a>Zoë</a>';
  expect(parseXml(xml, metadataLimits, 'metadata').textContent).toBe('Zoë');
  expect(() => parse(xml)).toThrow(malformed);
});

describe('what is not well-formed is refused', () => {
  test.each([
    ['nothing', ''],
    ['blanks', '  '],
    ['text', 'hello'],
    ['two roots', '<a/><b/>'],
    ['a close tag too many', '<a></a></a>'],
    ['a close tag too few', '<a><b></a>'],
    ['crossed tags', '<a><b></a></b>'],
    ['text before', 'x<a/>'],
    ['text after', '<a/>x'],
    ['a bare ampersand', '<a>a & b</a>'],
    ['an HTML entity', '<a>&nbsp;</a>'],
    ['an entity without end', '<a>&amp</a>'],
    ['a reference to NUL', '<a>&#0;</a>'],
    ['a reference to a control character', '<a x="&#x1;"/>'],
    ['a reference to half a pair', '<a>&#xD800;</a>'],
    ['a reference beyond Unicode', '<a>&#x110000;</a>'],
    ['a control character', '<a>\u0001</a>'],
    ['half a pair', '<a>\uD800</a>'],
    ['a non-character', '<a>\uFFFF</a>'],
    [']]> in a text', '<a>]]></a>'],
    ['an attribute twice', '<a x="1" x="2"/>'],
    ['an attribute twice by namespace', '<a xmlns:p="u" xmlns:q="u" p:x="1" q:x="2"/>'],
    ['an unquoted attribute', '<a x=1/>'],
    ['an attribute without value', '<a x/>'],
    ['no blank between attributes', '<a x="1"y="2"/>'],
    ['< in an attribute', '<a x="<"/>'],
    ['an unbound prefix', '<p:a/>'],
    ['an unbound attribute prefix', '<a p:x="1"/>'],
    ['a prefix bound to nothing', '<p:a xmlns:p=""/>'],
    ['xml bound anew', '<a xmlns:xml="urn:x"/>'],
    ['xmlns bound', '<a xmlns:xmlns="urn:x"/>'],
    ['a blank before the name', '< a/>'],
    ['a blank in the end of a tag', '<a/ >'],
    ['a name with two colons', '<a:b:c xmlns:a="u"/>'],
    ['an XML declaration of 1.1', '<?xml version="1.1"?><a/>'],
    ['an XML declaration too late', ' <?xml version="1.0"?><a/>'],
    ['another encoding', '<?xml version="1.0" encoding="utf-7"?><a/>'],
  ])('%s', (_what, xml) => {
    expect(() => parse(xml)).toThrow(malformed);
  });
});

describe('bounds', () => {
  test.each([
    ['depth', '<a>'.repeat(21) + '</a>'.repeat(21)],
    ['elements', `<a>${'<b/>'.repeat(500)}</a>`],
    ['attributes', `<a ${Array.from({ length: 31 }, (_, n) => `a${n}=""`).join(' ')}/>`],
    ['attributes of all elements', `<a>${'<b c="" d="" e=""/>'.repeat(334)}</a>`],
    ['size', `<a>${'x'.repeat(65_536)}</a>`],
  ])('%s', (_what, xml) => {
    expect(() => parse(xml)).toThrow(tooLarge);
  });

  test.each([
    ['attributes without end', `<a ${'a="" '.repeat(200_000)}`],
    ['tags without end', '<a '.repeat(300_000)],
    ['comments without end', '<!--'.repeat(250_000)],
    ['blanks', `<a${' '.repeat(1_000_000)}`],
    ['ampersands', `<a>${'&'.repeat(1_000_000)}`],
  ])('a megabyte of %s is refused within a moment', (_what, xml) => {
    const start = cpuTime();
    expect(() => parseXml(xml, metadataLimits, 'metadata')).toThrow(expect.objectContaining({ name: 'SamlError' }));
    expect(cpuTime() - start).toBeLessThan(1000);
  });
});
