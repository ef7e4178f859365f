import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  answerShape,
  choiceSetting,
  creationShape,
  inColumn,
  inputShape,
  inWords,
  lineSetting,
  numberSetting,
  resolveSettings,
  settingsOf,
  switchSetting,
  toRow,
} from './setting';

const settings = {
  label: inColumn(lineSetting({ label: 'Label', max: 20, required: 'Enter a label' })),
  minutes: numberSetting({
    label: 'Pause',
    unit: ['minute', 'minutes'],
    min: 1,
    max: 60,
    atMost: 'an hour',
    initial: 5,
  }),
  quiet: switchSetting({ label: 'Quiet', initial: false }),
  kind: choiceSetting({
    label: 'Kind',
    options: [
      { value: 'one', label: 'Only one' },
      { value: 'many', label: 'Many' },
    ],
    initial: 'one',
  }),
};
const first = { label: 'A', minutes: 5, quiet: false, kind: 'one' } as const;

describe('what holds', () => {
  test('is what the administrator set, else what was learned, else the template, else the default, and says which', () => {
    const said = {
      template: { minutes: 10, quiet: true, kind: 'many' },
      learned: { minutes: 20, quiet: false },
      administrator: { minutes: 30 },
    };
    expect(resolveSettings(settings, said)).toEqual({
      label: { value: '', origin: 'default' },
      minutes: { value: 30, origin: 'administrator' },
      quiet: { value: false, origin: 'learned' },
      kind: { value: 'many', origin: 'template' },
    });
  });

  test('passes over what is of another type, and keeps what a later rule would refuse', () => {
    const row = { label: 'A', settings: { minutes: 90, quiet: 'yes', kind: 'few' } };
    expect(settingsOf(settings, row)).toEqual({ ...first, minutes: 90 });
    for (const stored of [null, undefined, 'x', [], { __proto__: { minutes: 7 } }]) {
      expect(settingsOf(settings, { label: 'A', settings: stored })).toEqual(first);
    }
  });
});

describe('what is saved', () => {
  test('has a column where it is queried, and nothing at all where it would hold anyhow', () => {
    expect(toRow(settings, first)).toEqual({ label: 'A', settings: {} });
    expect(toRow(settings, { ...first, minutes: 6 })).toEqual({ label: 'A', settings: { minutes: 6 } });
    const below = { template: { minutes: 10 } };
    const row = toRow(settings, { ...first, minutes: 5 }, below);
    expect(row.settings).toEqual({ minutes: 5 });
    expect(settingsOf(settings, row, below)).toEqual(first);
    expect(toRow(settings, { ...first, minutes: 10 }, below).settings).toEqual({});
  });
});

test('a form, something new and an answer have the schemas that the declaration says', () => {
  const input = z.object(inputShape(settings));
  const messages = (change: object) =>
    input.safeParse({ ...first, ...change }).error?.issues.map(({ message }) => message);
  expect(messages({})).toBeUndefined();
  expect(messages({ label: ' ' })).toEqual(['Enter a label']);
  expect(messages({ minutes: 61 })).toEqual(['At most 60 minutes, which is an hour']);
  expect(messages({ minutes: 0 })).toEqual(['At least 1 minute']);
  expect(messages({ minutes: 1.5 })).toEqual(['Enter whole minutes']);
  expect(messages({ minutes: 'x' })).toEqual(['Enter a number of minutes']);
  expect(z.object(creationShape(settings)).parse({})).toEqual({ ...first, label: '' });
  expect(z.object(answerShape(settings)).parse({ ...first, minutes: 90 })).toMatchObject({ minutes: 90 });
});

test('a value is told in words: with its unit, one or several, or as the choice is called', () => {
  const words = [1, 1_000].map((value) => inWords(settings.minutes, value));
  expect(words).toEqual(['1 minute', '1,000 minutes']);
  expect([inWords(settings.quiet, true), inWords(settings.kind, 'many')]).toEqual(['yes', 'Many']);
  expect(inWords(settings.label, 'A')).toBeUndefined();
});
