import type { Call, FunctionEntry } from '@/lib/mappings/functions/function';
import { isTrue } from '@/lib/mappings/functions/logic';
import { maxTextLength } from '@/lib/mappings/value';

function bounded(call: Call, text: string): string {
  return text.length > maxTextLength ? call.fail(`The result is longer than ${maxTextLength} characters.`) : text;
}

/** Base 64 of the text in UTF-16 little endian, which is what Entra calls a Unicode base64 string. */
function toBase64(text: string): string {
  let bytes = '';
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    bytes += String.fromCharCode(unit & 0xff, unit >> 8);
  }
  return btoa(bytes);
}

function toUtf8Hex(text: string): string {
  return [...new TextEncoder().encode(text)].map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join('');
}

export const convertFunctions: readonly FunctionEntry[] = [
  {
    name: 'BitAnd',
    signature: 'BitAnd(value1, value2)',
    summary: 'The bits that are set in both numbers.',
    minArgs: 2,
    maxArgs: 2,
    pure: true,
    apply: (call) => Number(BigInt(call.integer(0)) & BigInt(call.integer(1))),
  },
  {
    name: 'CBool',
    signature: 'CBool(expression)',
    summary: 'True or False: a comparison, a number other than 0, or the text True.',
    minArgs: 1,
    maxArgs: 1,
    pure: true,
    apply: (call) => isTrue(call.value(0)),
  },
  {
    name: 'ConvertToBase64',
    signature: 'ConvertToBase64(source)',
    summary: 'The text as Unicode (UTF-16) in base 64.',
    minArgs: 1,
    maxArgs: 1,
    pure: true,
    apply: (call) => {
      const text = call.text(0);
      return text === null ? null : bounded(call, toBase64(text));
    },
  },
  {
    name: 'ConvertToUTF8Hex',
    signature: 'ConvertToUTF8Hex(source)',
    summary: 'The UTF-8 bytes of the text in hexadecimal.',
    minArgs: 1,
    maxArgs: 1,
    pure: true,
    apply: (call) => {
      const text = call.text(0);
      return text === null ? null : bounded(call, toUtf8Hex(text));
    },
  },
  {
    name: 'CStr',
    signature: 'CStr(value)',
    summary: 'A number, reference or boolean as text.',
    minArgs: 1,
    maxArgs: 1,
    pure: true,
    apply: (call) => call.text(0),
  },
];
