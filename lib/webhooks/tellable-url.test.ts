import { expect, test } from 'vitest';
import { asShownTo, tellableUrl } from './tellable-url';

test.each([
  ['https://siem.example/', 'https://siem.example/'],
  ['https://siem.example:8443/v1/http/ZaVnC4dhaV1', 'https://siem.example:8443/…'],
  ['https://siem.example?dd-api-key=hush', 'https://siem.example/…'],
  ['https://siem.example/#hush', 'https://siem.example/'],
])('%s is told as %s: paths and queries of receivers hold tokens', (url, told) => {
  expect(tellableUrl(url)).toBe(told);
});

test('only who may change a webhook is shown the whole address', () => {
  const webhook = { label: 'SIEM', url: 'https://siem.example/in/hush' };
  expect(asShownTo(true, webhook).url).toBe('https://siem.example/in/hush');
  expect(asShownTo(false, webhook)).toEqual({ label: 'SIEM', url: 'https://siem.example/…' });
});
