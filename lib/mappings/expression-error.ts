/** A stretch of an expression's text: zero-based offset and length, in UTF-16 units, as an editor underlines it. */
export interface Span {
  position: number;
  length: number;
}

/**
 * What is wrong with an expression and where: a mistake in its syntax (from the parser) or a value that one of its
 * functions cannot use (from the evaluation, for one person). The only error that either throws.
 */
export class ExpressionError extends Error {
  readonly position: number;
  readonly length: number;

  constructor(message: string, span: Span) {
    super(message);
    this.name = 'ExpressionError';
    this.position = span.position;
    this.length = span.length;
  }
}
