import type { Span } from '@/lib/mappings/expression-error';
import type { FunctionEntry } from '@/lib/mappings/functions/function';

/** A parsed expression. Every node knows where it stands in the text. */
export type Expression =
  | (Span & { type: 'constant'; value: string | number | boolean | null })
  | (Span & { type: 'property'; name: string })
  | (Span & { type: 'call'; entry: FunctionEntry; args: readonly Argument[] })
  | (Span & { type: 'compare'; operator: CompareOperator; left: Expression; right: Expression });

/** An argument may be left out between two commas: `Switch([a], , "x", "y")`. */
export type Argument = Expression | (Span & { type: 'empty' });

export const compareOperators = ['<>', '>=', '<=', '=', '>', '<'] as const;
export type CompareOperator = (typeof compareOperators)[number];

/** Every node of the expression, itself first. */
export function* walkExpression(expression: Expression): Generator<Expression> {
  yield expression;
  if (expression.type === 'call') {
    for (const argument of expression.args) if (argument.type !== 'empty') yield* walkExpression(argument);
  } else if (expression.type === 'compare') {
    yield* walkExpression(expression.left);
    yield* walkExpression(expression.right);
  }
}
