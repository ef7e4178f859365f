import { expect, test } from 'vitest';
import { differencesOf } from '@/components/patterns/conflict';
import { comparedSettings } from './compared-settings';
import type { SsoFormValues } from './form-types';

const typed: SsoFormValues['settings'] = {
  ...({} as SsoFormValues['settings']),
  spEntityId: 'https://sp.example',
  loginUrl: '',
  signResponse: true,
  acsUrls: [{ url: 'https://sp.example/acs' }, { url: 'https://sp.example/other' }] as never,
  sessionMinutes: 480,
};

const differences = (stored: Partial<SsoFormValues['settings']>, typed: SsoFormValues['settings']) =>
  differencesOf(comparedSettings, { loaded: typed, stored, typed }).map(({ label, stored, typed }) => ({
    label,
    stored,
    typed,
  }));

test('only what differs is told, in the words of the form', () => {
  const stored = { ...typed, signResponse: false, sessionMinutes: 60 };
  expect(differences(stored, typed)).toEqual([
    { label: 'Sign response', stored: 'no', typed: 'yes' },
    { label: 'Session length in minutes', stored: '60', typed: '480' },
  ]);
  expect(differences({ ...typed }, typed)).toEqual([]);
});

test('lists are told by their entries, and what is empty is told as empty', () => {
  const stored = { ...typed, loginUrl: 'https://sp.example/login', acsUrls: [] };
  expect(differences(stored, typed)).toEqual([
    { label: 'ACS URLs', stored: 'none', typed: 'https://sp.example/acs, https://sp.example/other' },
    { label: 'Login URL', stored: 'https://sp.example/login', typed: 'empty' },
  ]);
});

test('without what is stored now there is nothing to compare', () => {
  expect(differences({}, typed)).toEqual([]);
});
