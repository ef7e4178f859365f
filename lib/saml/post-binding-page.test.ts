import { DOMParser } from '@xmldom/xmldom';
import { describe, expect, test } from 'vitest';
import { postBindingPage } from './post-binding-page';

const nonce = 'bm9uY2Utbm9uY2Utbm9uY2U=';
const page = (changes: Partial<Parameters<typeof postBindingPage>[0]> = {}) =>
  postBindingPage({ acsUrl: 'https://sp.example.com/acs', samlResponse: '<r>ü</r>', nonce, ...changes });

function form(html: string) {
  const document = new DOMParser({ onError: () => {} }).parseFromString(html, 'text/html');
  const inputs = Array.from(document.getElementsByTagName('input'));
  return {
    action: document.getElementsByTagName('form')[0]?.getAttribute('action'),
    fields: Object.fromEntries(inputs.map((input) => [input.getAttribute('name'), input.getAttribute('value')])),
    scripts: document.getElementsByTagName('script').length,
  };
}

test('the form carries the response in base64 to the ACS, with a button for browsers without scripts', () => {
  const { html } = page();
  expect(form(html)).toEqual({
    action: 'https://sp.example.com/acs',
    fields: { SAMLResponse: Buffer.from('<r>ü</r>').toString('base64') },
    scripts: 1,
  });
  expect(html).toMatch(/<noscript>.*<button type="submit">/);
});

describe('a hostile RelayState comes back unchanged and stays one value', () => {
  test.each([
    `"><script>alert(1)</script>`,
    `'onmouseover='x' &amp; &quot; &#39;`,
    '</form><form action="https://evil.example">',
    '$& $1 {x} \u{1F511}',
    '',
  ])('%s', (relayState) => {
    const read = form(page({ relayState }).html);
    expect(read.fields.RelayState).toBe(relayState);
    expect(read.scripts).toBe(1);
    expect(read.action).toBe('https://sp.example.com/acs');
  });

  test('a carriage return is kept as a reference, which no HTML parser turns into a line feed', () => {
    expect(page({ relayState: 'a\r\nb' }).html).toContain('value="a&#13;\nb"');
  });
});

test('an ACS keeps its own query string', () => {
  const acsUrl = `https://sp.example.com/acs?a=1&amp=2&q='x'`;
  expect(form(page({ acsUrl }).html).action).toBe(acsUrl);
});

test.each([
  'javascript:alert(1)',
  'data:text/html,x',
  '/acs',
  'https://user@sp.example.com/',
  'https://sp.example.com/ acs',
])('an ACS of %s is refused', (acsUrl) => {
  expect(() => page({ acsUrl })).toThrow(expect.objectContaining({ code: 'acs_not_registered' }));
});

test('the policy allows this one script, and lets the form and what follows it go anywhere, an app too', () => {
  const { headers, html } = page({ acsUrl: 'https://sp.example.com:8443/acs;x?y' });
  expect(headers['content-security-policy']).toBe(
    `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; base-uri 'none'; frame-ancestors 'none'`,
  );
  expect(html).toContain(`<script nonce="${nonce}">`);
});

test('the ACS is told the origin and no path, over plain http too', () => {
  expect(page().headers['referrer-policy']).toBe('origin');
});

test('a nonce that could end the policy is refused', () => {
  expect(() => page({ nonce: "x' 'unsafe-inline" })).toThrow(expect.objectContaining({ code: 'malformed_encoding' }));
});
