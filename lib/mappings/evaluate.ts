import type { CompareOperator, Expression } from '@/lib/mappings/expression';
import { walkExpression } from '@/lib/mappings/expression';
import { ExpressionError, type Span } from '@/lib/mappings/expression-error';
import type { Call, EvaluationContext } from '@/lib/mappings/functions/function';
import type { ObjectType } from '@/lib/mappings/schema';
import { readProperty, type SourceRecord } from '@/lib/mappings/source';
import { isEmpty, maxTextLength, toText, type Value } from '@/lib/mappings/value';
import { Work } from '@/lib/mappings/work';

export interface EvaluationOptions extends EvaluationContext {
  /** Whose properties the names are. Default: user. */
  objectType?: ObjectType;
  /** Told of every part that was evaluated, inner ones first (lib/mappings/trace.ts). */
  observe?: (node: Expression, value: Value) => void;
}

/**
 * Evaluates an expression for one person or group. Bounded: each node at most once, texts of at most 8,192 characters,
 * lists of at most 1,000 values, regular expressions by steps, and all of it together by {@link Work}.
 * @throws ExpressionError where a function cannot use a value of this person
 */
export function evaluateExpression(expression: Expression, source: SourceRecord, options: EvaluationOptions): Value {
  return new Evaluation(source, options).run(expression);
}

/** True where two evaluations may differ: the expression uses Guid, RandomString, Now or SelectUniqueValue. */
export function isGenerated(expression: Expression): boolean {
  return usesCall(expression, (entry) => !entry.pure);
}

/** True where the value must not be shown: the expression uses Redact. */
export function isRedacted(expression: Expression): boolean {
  return usesCall(expression, (entry) => entry.name === 'Redact');
}

function usesCall(expression: Expression, test: (entry: { name: string; pure: boolean }) => boolean): boolean {
  for (const node of walkExpression(expression)) if (node.type === 'call' && test(node.entry)) return true;
  return false;
}

class Evaluation {
  private readonly options: EvaluationOptions & { work: Work };

  constructor(
    private readonly source: SourceRecord,
    options: EvaluationOptions,
  ) {
    this.options = { ...options, work: options.work ?? new Work() };
  }

  run(node: Expression): Value {
    const value = this.valueOf(node);
    if (typeof value === 'string' && value.length > maxTextLength) {
      throw new ExpressionError(`This gives more than ${maxTextLength} characters.`, node);
    }
    if (!this.options.work.pay(value)) {
      throw new ExpressionError('The expressions of this table take too long together. Make them simpler.', node);
    }
    this.options.observe?.(node, value);
    return value;
  }

  private valueOf(node: Expression): Value {
    switch (node.type) {
      case 'constant':
        return node.value;
      case 'property':
        return readProperty(this.options.objectType ?? 'user', this.source, node.name);
      case 'compare':
        return compare(node.operator, this.run(node.left), this.run(node.right), node);
      case 'call':
        return node.entry.apply(this.callOf(node));
    }
  }

  private callOf(node: Expression & { type: 'call' }): Call {
    const known = new Map<number, Value>();
    const spanAt = (index: number | undefined): Span => (index === undefined ? node : (node.args[index] ?? node));
    const fail = (message: string, index?: number): never => {
      throw new ExpressionError(`${node.entry.name}: ${message}`, spanAt(index));
    };
    const value = (index: number): Value => {
      const argument = node.args[index];
      if (!argument || argument.type === 'empty') return null;
      const cached = known.get(index);
      if (cached !== undefined) return cached;
      const fresh = this.run(argument);
      known.set(index, fresh);
      return fresh;
    };
    const number = (index: number): number => {
      const content = value(index);
      const result = typeof content === 'number' ? content : numberOf(toText(content, spanAt(index)));
      return result ?? fail('a number is needed here.', index);
    };
    return {
      count: node.args.length,
      context: this.options,
      given: (index) => (node.args[index] ?? { type: 'empty' }).type !== 'empty',
      value,
      text: (index) => toText(value(index), spanAt(index)),
      number,
      integer: (index) => {
        const result = number(index);
        return Number.isSafeInteger(result) ? result : fail('a whole number is needed here.', index);
      },
      fail,
    };
  }
}

function numberOf(text: string | null): number | undefined {
  if (text === null || !/^\s*[+-]?\d{1,30}(\.\d{1,30})?\s*$/.test(text)) return undefined;
  return Number(text);
}

/** Numbers by size, also against text that is a number; everything else as text. Nothing equals the empty text. */
function compare(operator: CompareOperator, left: Value, right: Value, span: Span): boolean {
  const order = orderOf(left, right, span);
  switch (operator) {
    case '=':
      return order === 0;
    case '<>':
      return order !== 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
  }
}

function orderOf(left: Value, right: Value, span: Span): number {
  const numeric = typeof left === 'number' || typeof right === 'number';
  const [leftText, rightText] = [toText(left, span) ?? '', toText(right, span) ?? ''];
  const [leftNumber, rightNumber] = [numberOf(leftText), numberOf(rightText)];
  if (numeric && leftNumber !== undefined && rightNumber !== undefined) return leftNumber - rightNumber;
  const fold = (text: string) => (typeof left === 'boolean' || typeof right === 'boolean' ? text.toLowerCase() : text);
  const [first, second] = [fold(leftText), fold(rightText)];
  return first === second ? 0 : first < second ? -1 : 1;
}

/** The values that SelectUniqueValue would try, in order, so that the caller can look them up first; else nothing. */
export function uniqueCandidates(expression: Expression, source: SourceRecord, options: EvaluationOptions): string[] {
  if (expression.type !== 'call' || expression.entry.name !== 'SelectUniqueValue') return [];
  return expression.args.flatMap((argument) => {
    if (argument.type === 'empty') return [];
    const value = evaluateExpression(argument, source, options);
    return isEmpty(value) ? [] : [toText(value, argument) ?? ''];
  });
}
