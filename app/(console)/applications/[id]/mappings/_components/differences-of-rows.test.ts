import { expect, test } from 'vitest';
import type { MappingDraft } from '@/lib/applications/schema';
import { differencesOfRows } from './differences-of-rows';

const row = (target: string, values: Partial<MappingDraft> = {}): MappingDraft => ({
  id: target,
  kind: 'direct',
  source: 'username',
  target,
  apply: 'always',
  matchingPrecedence: null,
  defaultValue: null,
  required: false,
  ...values,
});

test('a row that is changed, added or taken away is told by its target', () => {
  const stored = [
    row('userName'),
    row('title', { source: 'jobTitle' }),
    row('active', { kind: 'constant', source: 'true' }),
  ];
  const typed = [
    row('userName', { source: 'email', matchingPrecedence: 1, required: true }),
    row('title', { source: 'jobTitle' }),
    row('locale', { apply: 'creation', defaultValue: 'en' }),
  ];
  expect(differencesOfRows(stored, typed)).toMatchObject([
    { label: 'userName', stored: 'username', typed: 'email, matching 1, required' },
    { label: 'locale', stored: 'not mapped', typed: 'username, only at creation, default "en"' },
    { label: 'active', stored: '"true"', typed: 'not mapped' },
  ]);
});

test('ids and the order of rows say nothing', () => {
  const stored = [row('userName'), row('title')];
  expect(differencesOfRows(stored, [row('title', { id: 'new-1' }), row('userName')])).toEqual([]);
});
