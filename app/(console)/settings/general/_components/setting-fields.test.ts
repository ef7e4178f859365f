import { expect, test } from 'vitest';
import { settingsSchema } from '@/lib/settings/schema';
import { settingSections, valueWithUnit } from './setting-fields';

const fields = settingSections.flatMap((section) => section.fields);

test('every setting that is stored stands on the screen, once', () => {
  expect(fields.map((field) => field.name).sort()).toEqual(Object.keys(settingsSchema.shape).sort());
});

test('a value is said with its unit, one or several', () => {
  const [field] = fields;
  expect(field && [valueWithUnit(field, 1), valueWithUnit(field, 1_000)]).toEqual(['1 day', '1,000 days']);
});
