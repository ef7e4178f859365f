import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyText, mistyped } from '@/lib/core/testing/any-text';
import { propertyTimeout, tries } from '@/lib/core/testing/property';
import { checkExpression } from '@/lib/mappings/check-mapping';
import { evaluateExpression } from '@/lib/mappings/evaluate';
import { ExpressionError } from '@/lib/mappings/expression-error';
import { mapObject, uniqueTargets } from '@/lib/mappings/map';
import { parseExpression } from '@/lib/mappings/parser';
import { findMatches } from '@/lib/mappings/regex/match';
import { PatternError, parsePattern } from '@/lib/mappings/regex/pattern';
import { anySource, expressions, pieces } from '@/lib/mappings/testing/expressions';

const now = new Date('2024-05-01T00:00:00Z');
const anyExpression = fc.oneof(
  { weight: 1, arbitrary: anyText },
  { weight: 2, arbitrary: expressions },
  { weight: 3, arbitrary: mistyped(expressions, pieces) },
);

/** Whether it was a value; an error has to say where in the text it is. */
function endsWell(text: string, run: () => unknown): boolean {
  try {
    run();
    return true;
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    expect(error.position).toBeGreaterThanOrEqual(0);
    expect(error.length).toBeGreaterThanOrEqual(0);
    expect(error.position + error.length).toBeLessThanOrEqual(text.length);
    expect(error.message).not.toBe('');
    return false;
  }
}

test(
  'any text as an expression ends in a value or in an error with its place, for any person',
  () => {
    let values = 0;
    fc.assert(
      fc.property(anyExpression, anySource, (text, source) => {
        if (endsWell(text, () => evaluateExpression(parseExpression(text), source, { now }))) values += 1;
        const found = checkExpression(text, 'user', ['badge']);
        if (found) endsWell(text, () => raise(found));
      }),
      tries(150),
    );
    expect(values).toBeGreaterThan(0);
  },
  propertyTimeout,
);

test(
  'a table with any expression in it maps any person, with a value or a problem that is told',
  () => {
    fc.assert(
      fc.property(anyExpression, anySource, fc.constantFrom('create', 'update'), (source, person, purpose) => {
        const row = { id: 'row', objectType: 'user', position: 1, kind: 'expression', target: 'title' } as const;
        const rest = { matchingPrecedence: null, defaultValue: null, required: false } as const;
        const mappings = [{ ...row, ...rest, source, apply: purpose === 'create' ? 'creation' : 'always' } as const];
        const asked = { mappings, source: person, now };
        const { values, problems } = mapObject({ ...asked, attributes: [], purpose, isTaken: () => false });
        expect(Object.keys(values).length + problems.length).toBeLessThanOrEqual(1);
        uniqueTargets(asked);
      }),
      tries(150),
    );
  },
  propertyTimeout,
);

test(
  'any pattern is found or not in any text, or refused with its place',
  () => {
    const parts = fc.constantFrom(
      '(',
      ')',
      '[',
      ']',
      '^',
      '$',
      '*',
      '+?',
      '{2,3}',
      '\\b',
      '\\d',
      '(?=',
      '(?<n>',
      '\\1',
      '|',
      '.',
    );
    const patterns = fc.array(
      fc.oneof(
        parts,
        parts,
        anyText.map((text) => text.slice(0, 3)),
      ),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(
        patterns.map((some) => some.join('')),
        anyText,
        (pattern, text) => {
          try {
            for (const { start, end } of findMatches(parsePattern(pattern), [...text])) {
              expect(start).toBeLessThanOrEqual(end);
              expect(end).toBeLessThanOrEqual([...text].length);
            }
          } catch (error) {
            if (!(error instanceof PatternError)) throw error;
            expect(error.position).toBeGreaterThanOrEqual(0);
            expect(error.position).toBeLessThanOrEqual(pattern.length);
          }
        },
      ),
      tries(150),
    );
  },
  propertyTimeout,
);

function raise(error: unknown): never {
  throw error;
}
