import { walkExpression } from './expression';
import { ExpressionError } from './expression-error';
import { directName } from './map';
import { parseExpression } from './parser';
import { findProperty } from './source';

interface Source {
  kind: 'direct' | 'constant' | 'expression';
  source: string;
}

/**
 * Whether one of these mappings of people reads a property, by whatever name it is called: what costs a query is read only where it
 * matters. An expression that cannot be read names nothing. @param name canonical
 */
export function namesProperty(mappings: readonly Source[], name: string): boolean {
  const is = (called: string) => findProperty('user', called)?.name === name;
  return mappings.some(({ kind, source }) => {
    if (kind === 'constant') return false;
    if (kind === 'direct') return is(directName(source));
    try {
      return [...walkExpression(parseExpression(source))].some((node) => node.type === 'property' && is(node.name));
    } catch (error) {
      if (error instanceof ExpressionError) return false;
      throw error;
    }
  });
}
