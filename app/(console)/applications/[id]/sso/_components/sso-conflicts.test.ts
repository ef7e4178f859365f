import { expect, test } from 'vitest';
import type { SsoFormValues } from './form-types';
import { conflictsOf } from './sso-conflicts';

const typed: SsoFormValues['settings'] = {
  ...({} as SsoFormValues['settings']),
  spEntityId: 'https://sp.example',
  loginUrl: '',
  signResponse: true,
  acsUrls: [{ url: 'https://sp.example/acs' }, { url: 'https://sp.example/other' }] as never,
  sessionMinutes: 480,
};

test('only what differs is told, in the words of the form', () => {
  const stored = { ...typed, signResponse: false, sessionMinutes: 60 };
  expect(conflictsOf(stored, typed)).toEqual([
    { name: 'Sign response', stored: 'no', typed: 'yes' },
    { name: 'Session length in minutes', stored: '60', typed: '480' },
  ]);
  expect(conflictsOf({ ...typed }, typed)).toEqual([]);
});

test('lists are told by their entries, and what is empty is told as empty', () => {
  const stored = { ...typed, loginUrl: 'https://sp.example/login', acsUrls: [] };
  expect(conflictsOf(stored, typed)).toEqual([
    { name: 'ACS URLs', stored: 'none', typed: 'https://sp.example/acs, https://sp.example/other' },
    { name: 'Login URL', stored: 'https://sp.example/login', typed: 'empty' },
  ]);
});

test('without what is stored now there is nothing to compare', () => {
  expect(conflictsOf(undefined, typed)).toEqual([]);
});
