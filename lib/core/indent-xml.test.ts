import { expect, test } from 'vitest';
import { indentXml } from './indent-xml';

test('each element has a line, what holds text alone has one, and what is no XML stays as it is', () => {
  const xml = '<a:b x="1"><a:bc v="2"></a:bc><d>text &amp; more</d><e/><f><g></g></f></a:b>';
  expect(indentXml(xml).split('\n')).toEqual([
    ...['<a:b x="1">', '  <a:bc v="2"></a:bc>', '  <d>text &amp; more</d>', '  <e/>'],
    ...['  <f>', '    <g></g>', '  </f>', '</a:b>'],
  ]);
  for (const other of ['', 'no <xml', '{"a": 1}', '<<<', '<a']) expect(indentXml(other)).toBe(other);
});
