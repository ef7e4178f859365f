import { evaluateExpression } from '@/lib/mappings/evaluate';
import { ExpressionError } from '@/lib/mappings/expression-error';
import { parseExpression } from '@/lib/mappings/parser';
import { readProperty, type SourceRecord } from '@/lib/mappings/source';
import { isEmpty, isList } from '@/lib/mappings/value';

/** A property or expression of one person as texts; one that cannot be evaluated for this person gives none. */
export function textsOf(kind: 'property' | 'expression', text: string, source: SourceRecord, now: Date): string[] {
  try {
    const value =
      kind === 'property'
        ? readProperty('user', source, text)
        : evaluateExpression(parseExpression(text), source, { now });
    const list = isList(value) ? value : [value];
    return list.filter((item) => !isEmpty(item) && typeof item !== 'object').map(String);
  } catch (error) {
    if (error instanceof ExpressionError) return [];
    throw error;
  }
}
