import { expect, test } from 'vitest';
import type { ImportRow } from '@/lib/db/generated/client';
import { accountValues, takingOf } from './account-values';

const taking = takingOf();

const row: ImportRow = {
  importId: '',
  remoteId: '7',
  userName: 'ana',
  email: 'ana@acme.example',
  displayName: null,
  firstname: 'Ana',
  lastname: 'Martinez',
  active: true,
  match: 'none',
  matchedBy: [],
  candidateIds: [],
  userId: null,
  decision: 'create',
  state: 'queued',
  error: null,
  choiceReason: null,
  decidedAt: null,
  decidedById: null,
  decidedByTokenId: null,
  matchedRule: null,
  retriedById: null,
};

test('names and texts of an account become one line without marks of direction', () => {
  const resource = { id: '7', title: 'Head of\r\nSales', phoneNumbers: [{ value: '+1\t303' }] };
  const names = { firstname: 'Ana\u0000', lastname: '\u202eMartinez', displayName: 'Ana\n \u2028Martinez' };
  expect(accountValues({ ...row, ...names }, resource, taking)).toMatchObject({
    firstname: 'Ana',
    lastname: 'Martinez',
    displayName: 'Ana Martinez',
    jobTitle: 'Head of Sales',
    phone: '+1 303',
  });
});

test.each([
  [{ userName: 'an\u200ba' }, 'username', 'Username holds U+200B (zero-width space).'],
  [{ email: 'an\u00ada@acme.example' }, 'email', 'The e-mail address holds U+00AD (soft hyphen).'],
])('an account that is named %j is not taken over under another name', (names, field, message) => {
  const taken = () => accountValues({ ...row, ...names }, undefined, taking);
  expect(taken).toThrow(expect.objectContaining({ code: 'invalid_input', field, message }));
});
