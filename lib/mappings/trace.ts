import { evaluateExpression } from '@/lib/mappings/evaluate';
import { ExpressionError } from '@/lib/mappings/expression-error';
import { parseExpression } from '@/lib/mappings/parser';
import type { SourceRecord } from '@/lib/mappings/source';
import { isList, type Value } from '@/lib/mappings/value';

/** One part of an expression that was evaluated, and what it gave. */
export interface ExpressionStep {
  /** As it is written. */
  part: string;
  /** In words; `nothing` where it gave none. */
  value: string;
}

const mostSteps = 50;
const mostText = 300;

/**
 * How an expression comes to its value for one person: each property, call and comparison in the order in which they were
 * evaluated, what it gave beside it; branches that were not taken are not among them. 50 at most.
 * @returns the steps as far as it came, and why it came no further
 */
export function traceExpression(
  text: string,
  source: SourceRecord,
  now: Date,
): { steps: ExpressionStep[]; failure?: string } {
  const steps: ExpressionStep[] = [];
  try {
    evaluateExpression(parseExpression(text), source, {
      now,
      observe: (node, value) => {
        if (node.type === 'constant' || steps.length >= mostSteps) return;
        const part = text.slice(node.position, node.position + node.length).slice(0, mostText);
        steps.push({ part, value: inWords(value) });
      },
    });
    return { steps };
  } catch (error) {
    if (error instanceof ExpressionError) return { steps, failure: error.message };
    throw error;
  }
}

function inWords(value: Value): string {
  if (isList(value)) return value.length === 0 ? 'nothing' : value.map(inWords).join(', ').slice(0, mostText);
  if (value === null || value === '') return 'nothing';
  return (typeof value === 'object' ? JSON.stringify(value) : String(value)).slice(0, mostText);
}
