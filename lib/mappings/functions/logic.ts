import type { FunctionEntry } from '@/lib/mappings/functions/function';
import { isEmpty, type Value } from '@/lib/mappings/value';

/** True for true, "True" in any case, and numbers other than zero; null and the empty text are false. */
export function isTrue(value: Value): boolean {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return value !== 0;
  if (typeof value !== 'string') return false;
  const text = value.trim().toLowerCase();
  return text === 'true' || (text !== '' && Number.isFinite(Number(text)) && Number(text) !== 0);
}

/** Booleans match their text in any case; everything else is compared as text, case-sensitively, null as "". */
function matchesKey(source: Value, sourceText: string, keyText: string): boolean {
  return typeof source === 'boolean' ? sourceText.toLowerCase() === keyText.toLowerCase() : sourceText === keyText;
}

export const logicFunctions: readonly FunctionEntry[] = [
  {
    name: 'Coalesce',
    signature: 'Coalesce(source1, source2, …, defaultValue)',
    summary: 'The first argument that has a value.',
    minArgs: 1,
    maxArgs: 100,
    pure: true,
    apply: (call) => {
      for (let index = 0; index < call.count; index += 1) {
        const value = call.value(index);
        if (value !== null) return value;
      }
      return null;
    },
  },
  {
    name: 'IgnoreFlowIfNullOrEmpty',
    signature: 'IgnoreFlowIfNullOrEmpty(expression)',
    summary: 'Leaves the attribute as it is in the application where the expression gives nothing.',
    minArgs: 1,
    maxArgs: 1,
    pure: true,
    outermost: true,
    apply: (call) => call.value(0),
  },
  {
    name: 'IIF',
    signature: 'IIF(condition, valueIfTrue, valueIfFalse)',
    summary: 'One of two values. Conditions compare with =, <>, >, >=, < or <=.',
    minArgs: 3,
    maxArgs: 3,
    mayBeEmpty: [1, 2],
    pure: true,
    apply: (call) => call.value(isTrue(call.value(0)) ? 1 : 2),
  },
  {
    name: 'IsNull',
    signature: 'IsNull(expression)',
    summary: 'True if there is no value.',
    minArgs: 1,
    maxArgs: 1,
    pure: true,
    apply: (call) => call.value(0) === null,
  },
  {
    name: 'IsNullOrEmpty',
    signature: 'IsNullOrEmpty(expression)',
    summary: 'True if there is no value or an empty one.',
    minArgs: 1,
    maxArgs: 1,
    pure: true,
    apply: (call) => isEmpty(call.value(0)),
  },
  {
    name: 'IsPresent',
    signature: 'IsPresent(expression)',
    summary: 'True if there is a value that is not empty.',
    minArgs: 1,
    maxArgs: 1,
    pure: true,
    apply: (call) => !isEmpty(call.value(0)),
  },
  {
    name: 'IsString',
    signature: 'IsString(expression)',
    summary: 'True if the value is text.',
    minArgs: 1,
    maxArgs: 1,
    pure: true,
    apply: (call) => typeof call.value(0) === 'string',
  },
  {
    name: 'Not',
    signature: 'Not(source)',
    summary: 'False for True, and True for everything else.',
    minArgs: 1,
    maxArgs: 1,
    pure: true,
    apply: (call) => (call.text(0) ?? '').toLowerCase() !== 'true',
  },
  {
    name: 'Redact',
    signature: 'Redact(value)',
    summary: 'The value itself, which events and previews show as [Redact].',
    minArgs: 1,
    maxArgs: 1,
    pure: true,
    apply: (call) => call.value(0),
  },
  {
    name: 'Switch',
    signature: 'Switch(source, defaultValue, key1, value1, key2, value2, …)',
    summary: 'The value whose key equals the source (case-sensitive), else the default value.',
    minArgs: 4,
    maxArgs: 200,
    mayBeEmpty: [1, 3],
    pure: true,
    checkCount: (count) =>
      count % 2 === 0 ? undefined : 'Switch takes keys and values in pairs: the last key here has no value.',
    apply: (call) => {
      const source = call.value(0);
      const text = call.text(0) ?? '';
      for (let index = 2; index + 1 < call.count; index += 2) {
        if (matchesKey(source, text, call.text(index) ?? '')) return call.value(index + 1);
      }
      return call.value(1);
    },
  },
];
