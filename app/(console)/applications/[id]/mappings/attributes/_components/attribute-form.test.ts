import { expect, test } from 'vitest';
import { ownAttributeSchema } from '@/lib/applications/schema';
import type { ListedAttribute } from '@/lib/mappings/schema';
import { attributeFormSchema, toAttribute, toForm } from './attribute-form';
import { ownOf, withAttribute, withoutAttribute } from './list';

const level = ownAttributeSchema.parse({
  ...{ path: 'level', type: 'string', caseSensitive: true, mutability: 'immutable' },
  canonicalValues: ['gold', 'silver'],
});

test('an attribute that is opened and saved as it is stays what it was', () => {
  expect(toAttribute(attributeFormSchema.parse(toForm(level)))).toEqual(level);
});

test('a new one is a text that takes any value', () => {
  expect(toAttribute({ ...toForm(undefined), path: 'badge' })).toMatchObject({
    ...{ path: 'badge', type: 'string', multiValued: false, required: false, mutability: 'readWrite' },
    canonicalValues: [],
  });
});

test('values are the lines that say something, each once; a type without values has none, and no case', () => {
  const typed = { ...toForm(level), canonicalValues: ' gold \n\nsilver\ngold\n' };
  expect(toAttribute(typed).canonicalValues).toEqual(['gold', 'silver']);
  expect(toAttribute({ ...typed, type: 'boolean' })).toMatchObject({ canonicalValues: [], caseSensitive: false });
});

test('a path that is none is told while it is typed', () => {
  const { error } = attributeFormSchema.safeParse({ ...toForm(level), path: 'level[' });
  expect(error?.issues).toMatchObject([{ path: ['path'], message: expect.stringContaining('eq') }]);
});

const listed = (path: string, origin: ListedAttribute['origin']) => ({ ...level, path, origin });
const list = {
  ...{ applicationId: 'a', version: 1, objectType: 'user' as const },
  attributes: [listed('userName', 'template'), listed('one', 'administrator'), listed('two', 'administrator')],
};
const paths = (attributes: { path: string }[]) => attributes.map(({ path }) => path);

test('only what was added is saved: one is added at the end, or changed in its place', () => {
  expect(paths(ownOf(list))).toEqual(['one', 'two']);
  expect(ownOf(list)[0]).toEqual({ ...level, path: 'one' });
  expect(paths(withAttribute(list, level, undefined))).toEqual(['one', 'two', 'level']);
  expect(paths(withAttribute(list, level, 'one'))).toEqual(['level', 'two']);
  expect(paths(withoutAttribute(list, 'one'))).toEqual(['two']);
});

test('a list that somebody else changed meanwhile has only the attribute changed that was opened', () => {
  const opened = { ...list, attributes: list.attributes.filter(({ path }) => path !== 'one') };
  expect(paths(withAttribute(opened, level, 'two'))).toEqual(['level']);
  // Taken away by somebody else: what was typed is not lost, and stands where it displaces nothing.
  expect(paths(withAttribute(opened, level, 'one'))).toEqual(['two', 'level']);
});
