import { evaluateExpression } from '@/lib/mappings/evaluate';
import { parseExpression } from '@/lib/mappings/parser';
import type { SourceRecord } from '@/lib/mappings/source';
import type { Comparison } from './measure';

/** Expressions as mappings hold them, each beside what a programmer would have written for the same value. */
const pairs: readonly { expression: string; byHand: (person: Person) => unknown }[] = [
  { expression: 'Join(" ", [firstname], [lastname])', byHand: (person) => `${person.firstname} ${person.lastname}` },
  {
    expression: 'Word([userPrincipalName], 1, "@")',
    byHand: ({ username, email }) => (username.includes('@') ? username : email).split('@')[0],
  },
  {
    expression: 'Switch([department], "standard", "IT", "admin", "Engineering", "power")',
    byHand: ({ department }) => (department === 'IT' ? 'admin' : department === 'Engineering' ? 'power' : 'standard'),
  },
  {
    expression: 'ToLower(NormalizeDiacritics([lastname]))',
    byHand: ({ lastname }) => lastname.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase(),
  },
];

interface Person {
  username: string;
  email: string;
  firstname: string;
  lastname: string;
  department: string;
}

/** The expressions as they run in a cycle: parsed once, evaluated for each person. */
export function expressionComparison(): Comparison {
  const person: Person & SourceRecord = {
    username: 'ana.martinez',
    email: 'ana.martinez@acme.example',
    firstname: 'Ana',
    lastname: 'Martínez',
    department: 'Engineering',
  };
  const options = { now: new Date() };
  const parsed = pairs.map(({ expression }) => parseExpression(expression));
  const functions = pairs.map(({ byHand }) => byHand);
  const ours = () => parsed.map((expression) => evaluateExpression(expression, person, options));
  const limit = () => functions.map((byHand) => byHand(person));
  if (JSON.stringify(ours()) !== JSON.stringify(limit())) {
    throw new Error(`Not the same values: ${JSON.stringify(ours())} and ${JSON.stringify(limit())}`);
  }
  return {
    key: 'mappings.evaluate',
    name: `Evaluate ${pairs.length} mapping expressions for one person`,
    limitName: 'the same by hand in JavaScript',
    calls: 10_000,
    ours,
    limit,
  };
}
