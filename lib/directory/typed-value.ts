import type { AttributeType } from '@/lib/filters/check-filter';

const trues = ['true', 'yes', '1'];
const falses = ['false', 'no', '0'];
const numberText = /^-?\d{1,15}([.,]\d{1,15})?$/;

/** A value as a custom attribute of this kind has it, from what stands in a file or an account; undefined: it is none of that kind. */
export function asTyped(value: string, type: AttributeType | undefined): string | number | boolean | undefined {
  if (type === 'number') return numberText.test(value) ? Number(value.replace(',', '.')) : undefined;
  if (type === 'boolean') {
    if (trues.includes(value.toLowerCase())) return true;
    return falses.includes(value.toLowerCase()) ? false : undefined;
  }
  return value;
}
