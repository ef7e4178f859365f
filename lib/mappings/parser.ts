import type { Argument, Expression } from '@/lib/mappings/expression';
import { ExpressionError, type Span } from '@/lib/mappings/expression-error';
import type { FunctionEntry } from '@/lib/mappings/functions/function';
import { findFunction, listFunctions } from '@/lib/mappings/functions/table';
import { type Token, tokenise } from '@/lib/mappings/lexer';
import { maxSourceLength } from '@/lib/mappings/schema';
import { suggestion } from '@/lib/mappings/suggest';

/** Deepest nesting of calls. */
export const maxExpressionDepth = 32;

/** Names that stand for themselves; any other bare name is a property. */
const constants = new Map<string, string | boolean | null>(
  Object.entries({
    true: true,
    false: false,
    null: null,
    vbtextcompare: 'vbTextCompare',
    vbbinarycompare: 'vbBinaryCompare',
  }),
);

/**
 * Reads an expression in Entra's syntax: `Function(argument, …)`, `[property]`, `"text"` (`\"` or `""` for a quote),
 * numbers (`&HF` in hexadecimal), True and False, arguments left out, comparisons with = <> > >= < <=, bare property.
 * @param text at most 4,096 characters, nested at most 32 deep
 * @throws ExpressionError, and nothing else, with the place of the first mistake
 */
export function parseExpression(text: string): Expression {
  if (text.length > maxSourceLength) {
    const span = { position: maxSourceLength, length: text.length - maxSourceLength };
    throw new ExpressionError(`An expression has at most ${maxSourceLength} characters.`, span);
  }
  return new Parser(tokenise(text)).parse();
}

class Parser {
  private at = 0;
  private depth = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  parse(): Expression {
    if (this.peek().type === 'end') throw new ExpressionError('Write an expression.', this.peek());
    const expression = this.expression();
    const next = this.peek();
    if (next.type !== 'end') {
      const closing = next.type === ')' ? 'This ) has no ( before it.' : 'The expression has ended before this.';
      throw new ExpressionError(closing, next);
    }
    return expression;
  }

  private expression(): Expression {
    const left = this.operand();
    const token = this.peek();
    if (token.type !== 'operator') return left;
    this.at += 1;
    const right = this.operand();
    const further = this.peek();
    if (further.type === 'operator') {
      throw new ExpressionError('Only two values can be compared. Nest IIF for further conditions.', further);
    }
    return { type: 'compare', operator: token.operator, left, right, ...spanOf(left, right) };
  }

  private operand(): Expression {
    const token = this.peek();
    this.at += 1;
    switch (token.type) {
      case 'text':
      case 'number':
        return { type: 'constant', value: token.value, position: token.position, length: token.length };
      case 'property':
        return { type: 'property', name: token.name, position: token.position, length: token.length };
      case 'name':
        return this.peek().type === '(' ? this.call(token) : bareName(token);
      case 'end':
        throw new ExpressionError('A value is missing at the end.', token);
      default:
        throw new ExpressionError('A value is missing here: a "text", a [property] or a function.', token);
    }
  }

  private call(name: Token & { type: 'name' }): Expression {
    const entry = findFunction(name.name);
    if (!entry) {
      const near = suggestion(
        name.name,
        listFunctions().map((known) => known.name),
      );
      throw new ExpressionError(`There is no function ${name.name}.${near}`, name);
    }
    if (this.depth > 0 && entry.outermost) {
      throw new ExpressionError(`${entry.name} can only be the outermost function.`, name);
    }
    this.depth += 1;
    if (this.depth > maxExpressionDepth) {
      throw new ExpressionError(`Functions are nested deeper than ${maxExpressionDepth}.`, name);
    }
    const opening = this.peek();
    this.at += 1;
    const args = this.args(opening);
    this.depth -= 1;
    const span = spanOf(name, this.tokens[this.at - 1] ?? name);
    checkArguments(entry, args, span);
    return { type: 'call', entry, args, ...span };
  }

  /** Up to and with the closing parenthesis. `()` is no argument, `(,)` are two empty ones. */
  private args(opening: Token): Argument[] {
    const args: Argument[] = [];
    if (this.peek().type === ')') {
      this.at += 1;
      return args;
    }
    for (;;) {
      const token = this.peek();
      if (token.type === ',' || token.type === ')') args.push({ type: 'empty', position: token.position, length: 0 });
      else if (token.type === 'end') throw new ExpressionError('This ( is not closed.', opening);
      else args.push(this.expression());
      const after = this.peek();
      if (after.type !== ',' && after.type !== ')') {
        if (after.type === 'end') throw new ExpressionError('This ( is not closed.', opening);
        throw new ExpressionError('A comma or ) is missing before this.', after);
      }
      this.at += 1;
      if (after.type === ')') return args;
    }
  }

  private peek(): Token {
    return this.tokens[this.at] ?? { type: 'end', position: 0, length: 0 };
  }
}

function spanOf(first: Span, last: Span): Span {
  return { position: first.position, length: last.position + last.length - first.position };
}

function bareName(token: Token & { type: 'name' }): Expression {
  const { name, position, length } = token;
  const constant = constants.get(name.toLowerCase());
  return constant === undefined
    ? { type: 'property', name, position, length }
    : { type: 'constant', value: constant, position, length };
}

function checkArguments(entry: FunctionEntry, args: readonly Argument[], call: Span): void {
  const usage = `Write ${entry.signature}.`;
  const surplus = args[entry.maxArgs];
  if (surplus) {
    const most = entry.maxArgs === 0 ? 'no arguments' : `at most ${count(entry.maxArgs)}`;
    throw new ExpressionError(`${entry.name} takes ${most}, here are ${args.length}. ${usage}`, {
      position: surplus.position,
      length: Math.max(1, surplus.length),
    });
  }
  if (args.length < entry.minArgs) {
    const message = `${entry.name} needs ${count(entry.minArgs)}, here ${args.length === 1 ? 'is' : 'are'} ${args.length}. ${usage}`;
    throw new ExpressionError(message, call);
  }
  const problem = entry.checkCount?.(args.length);
  if (problem !== undefined) throw new ExpressionError(`${problem} ${usage}`, call);
  args.forEach((argument, index) => {
    const required = index < entry.minArgs && !entry.mayBeEmpty?.includes(index);
    if (argument.type !== 'empty' || !required) return;
    throw new ExpressionError(`Argument ${index + 1} of ${entry.name} cannot be left out. ${usage}`, {
      position: argument.position,
      length: 1,
    });
  });
}

function count(number: number): string {
  return number === 1 ? '1 argument' : `${number} arguments`;
}
