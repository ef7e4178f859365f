import fc from 'fast-check';
import { anyText } from '@/lib/core/testing/any-text';
import { listFunctions } from '@/lib/mappings/functions/table';
import type { SourceRecord } from '@/lib/mappings/source';

const properties = ['username', 'mail', '[ groups ]', 'active', 'badge', 'roles', 'nothing', 'manager', 'constructor'];
const constants = [
  '""',
  '"d"',
  '"a,b"',
  '"(a+)+$"',
  '"yyyy-MM-dd"',
  '"2024-02-30"',
  '"(?<x>.)\\k<x>"',
  '3',
  '-1',
  '1.5',
];

const leaf = fc.oneof(
  fc.constantFrom(...properties.map((name) => (name.startsWith('[') ? name : `[${name}]`))),
  fc.constantFrom(...constants, '&HFF', 'True', 'null', '99999999999999999999'),
  anyText.map((text) => JSON.stringify(text)),
);

function call(inner: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.constantFrom(...listFunctions()).chain(({ name, minArgs, maxArgs }) => {
    const most = Math.min(maxArgs, minArgs + 3);
    return fc.array(inner, { minLength: minArgs, maxLength: most }).map((args) => `${name}(${args.join(', ')})`);
  });
}

function comparison(inner: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const operator = fc.constantFrom('=', '<>', '<', '>=');
  return fc.tuple(inner, operator, inner).map((parts) => parts.join(' '));
}

/** Expressions as people write them; most of them are valid. */
export const expressions: fc.Arbitrary<string> = fc.letrec<{ any: string }>((tie) => ({
  any: fc.oneof({ maxDepth: 4, depthSize: 'small' }, leaf, call(tie('any')), comparison(tie('any'))),
})).any;

/** What stands in expressions. */
export const pieces: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('(', ')', ',', '"', '""', '\\', '[', ']', '=', '<>', ' ', '.', ';', '“', "'", '&H', '-'),
  fc.constantFrom(...listFunctions().map(({ name }) => `${name}(`)),
  leaf,
);

/** A person with anything in any property. */
export const anySource: fc.Arbitrary<SourceRecord> = fc.record(
  {
    username: anyText,
    email: anyText,
    active: fc.boolean(),
    groups: fc.array(anyText, { maxLength: 4 }),
    badge: fc.oneof(anyText, fc.double({ noNaN: true }), fc.boolean(), fc.constant(null)),
    roles: fc.array(fc.record({ value: anyText, primary: fc.boolean() }), { maxLength: 3 }),
    manager: fc.option(fc.uuid()),
  },
  { requiredKeys: [] },
);
