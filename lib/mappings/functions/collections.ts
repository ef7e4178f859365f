import type { Call, FunctionEntry } from '@/lib/mappings/functions/function';
import { type ComplexValue, isList, maxListLength, maxTextLength, type Scalar, type Value } from '@/lib/mappings/value';

/** The value as a list: nothing, one, or several. */
function listOf(value: Value): readonly (Scalar | ComplexValue)[] {
  if (value === null) return [];
  return isList(value) ? value : [value];
}

function textOf(call: Call, index: number, item: Scalar | ComplexValue): string {
  if (typeof item === 'boolean') return item ? 'True' : 'False';
  if (typeof item === 'object') return call.fail('Complex values cannot be joined.', index);
  return String(item);
}

/** Empty sources leave no separator behind: `Join(", ", "", "Doe", "John")` is "Doe, John". */
function join(call: Call): string | null {
  const parts: string[] = [];
  let hasValue = false;
  for (let index = 1; index < call.count; index += 1) {
    for (const item of listOf(call.value(index))) {
      hasValue = true;
      const text = textOf(call, index, item);
      if (text !== '') parts.push(text);
    }
  }
  const separator = call.text(0) ?? '';
  const length = parts.reduce((sum, part) => sum + part.length + separator.length, 0);
  if (length > maxTextLength) call.fail(`The joined text is longer than ${maxTextLength} characters.`);
  return hasValue ? parts.join(separator) : null;
}

function split(call: Call): Value {
  const source = call.text(0);
  if (source === null) return null;
  const delimiter = call.text(1) ?? '';
  if (delimiter === '') call.fail('The delimiter is empty.', 1);
  const parts = source.split(delimiter, maxListLength + 1).map((part) => part.trim());
  if (parts.length > maxListLength) call.fail(`This splits into more than ${maxListLength} values.`);
  return parts.filter((part) => part !== '');
}

/** One role as a SCIM value (RFC 7643 section 4.1.2); no role is marked primary, as in Entra. */
function roleOf(item: Scalar | ComplexValue): ComplexValue {
  return typeof item === 'object' ? item : { value: String(item), display: String(item), primary: false };
}

export const collectionFunctions: readonly FunctionEntry[] = [
  {
    name: 'AppRoleAssignmentsComplex',
    signature: 'AppRoleAssignmentsComplex([appRoleAssignments])',
    summary: 'All roles of the person in the application, as complex values for the attribute roles.',
    minArgs: 1,
    maxArgs: 1,
    pure: true,
    apply: (call) => {
      const roles = listOf(call.value(0)).map(roleOf);
      return roles.length === 0 ? null : roles;
    },
  },
  {
    name: 'Count',
    signature: 'Count(attribute)',
    summary: 'How many values the attribute has.',
    minArgs: 1,
    maxArgs: 1,
    pure: true,
    apply: (call) => listOf(call.value(0)).length,
  },
  {
    name: 'Item',
    signature: 'Item(attribute, index)',
    summary: 'One value of a multi-valued attribute, counted from 1.',
    minArgs: 2,
    maxArgs: 2,
    pure: true,
    apply: (call) => {
      const index = call.integer(1);
      if (index < 1) call.fail('The first item has index 1.', 1);
      return listOf(call.value(0))[index - 1] ?? null;
    },
  },
  {
    name: 'Join',
    signature: 'Join(separator, source1, source2, …)',
    summary: 'All values in one text, with the separator between them; empty ones are left out.',
    minArgs: 2,
    maxArgs: 100,
    pure: true,
    apply: join,
  },
  {
    name: 'RemoveDuplicates',
    signature: 'RemoveDuplicates(attribute)',
    summary: 'The values of the attribute, each once.',
    minArgs: 1,
    maxArgs: 1,
    pure: true,
    apply: (call) => {
      const seen = new Map(listOf(call.value(0)).map((item) => [JSON.stringify(item), item]));
      return seen.size === 0 ? null : [...seen.values()];
    },
  },
  {
    name: 'SingleAppRoleAssignment',
    signature: 'SingleAppRoleAssignment([appRoleAssignments])',
    summary: 'The one role of the person in the application, as text.',
    minArgs: 1,
    maxArgs: 1,
    pure: true,
    apply: (call) => {
      const [role, ...others] = listOf(call.value(0));
      if (others.length > 0) {
        call.fail('This person has several roles. Use AppRoleAssignmentsComplex, or assign one role only.', 0);
      }
      if (role === undefined) return null;
      return typeof role === 'object' ? (role.value ?? null) : role;
    },
  },
  {
    name: 'Split',
    signature: 'Split(source, delimiter)',
    summary: 'The parts of a text as a multi-valued attribute.',
    minArgs: 2,
    maxArgs: 2,
    pure: true,
    apply: split,
  },
];
