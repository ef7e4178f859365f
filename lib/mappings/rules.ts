import { evaluateExpression } from '@/lib/mappings/evaluate';
import { parseExpression } from '@/lib/mappings/parser';
import { matchesPattern } from '@/lib/mappings/regex/match';
import { PatternError, parsePattern } from '@/lib/mappings/regex/pattern';
import type { ApplicationRule, TargetAttribute } from '@/lib/mappings/schema';
import { targetKey, valueAt } from '@/lib/mappings/target';
import { isEmpty, isList, type Value } from '@/lib/mappings/value';

export interface RuleContext {
  /** Whether SSO of the application is active. */
  ssoActive: boolean;
  /** Values of the account that these would change, by target. Absent: the account is about to be created. */
  linked?: Readonly<Record<string, Value>>;
  /** Canonical values of these count as rules too, unless a rule on the same target says it better. */
  attributes?: readonly TargetAttribute[];
}

/** One rule that one person's values break. */
export interface RuleViolation {
  rule: ApplicationRule['kind'];
  target: string;
  message: string;
  fix: string;
  /** Errors keep the person from being sent; warnings are only shown. */
  severity: 'error' | 'warning';
}

type Condition = Extract<ApplicationRule, { kind: 'implies' }>['if'];

/**
 * Which of the application's own rules the values break, before anything is sent. Only what is about to be sent is
 * judged: an attribute that is not among the values breaks no rule, except that what an `implies` rule demands has to
 * be sent along when the account is created, since the application's own default may differ.
 */
export function checkRules(
  rules: readonly ApplicationRule[],
  values: Readonly<Record<string, Value>>,
  context: RuleContext,
): RuleViolation[] {
  return [...rules, ...canonicalRules(rules, context.attributes ?? [])].flatMap((rule) => {
    const target = rule.kind === 'implies' ? rule.then.target : rule.kind === 'advise' ? rule.if.target : rule.target;
    if (!isBroken(rule, values, context)) return [];
    const value = valueAt(values, target) ?? '';
    const text = (template: string) => template.replaceAll('{value}', () => String(value));
    const severity = rule.severity ?? (rule.kind === 'advise' ? 'warning' : 'error');
    return [{ rule: rule.kind, target, message: text(rule.message), fix: text(rule.fix), severity }];
  });
}

function isBroken(rule: ApplicationRule, values: Readonly<Record<string, Value>>, context: RuleContext): boolean {
  switch (rule.kind) {
    case 'one_of':
      return present(values, rule.target).some((value) => !rule.values.some((allowed) => allowed === value));
    case 'pattern':
      return present(values, rule.target).some((value) => !followsPattern(rule.pattern, String(value)));
    case 'not_email':
      return present(values, rule.target).some((value) => String(value).includes('@'));
    case 'immutable_under_sso': {
      const [next] = present(values, rule.target);
      const before = valueAt(context.linked ?? {}, rule.target);
      return context.ssoActive && next !== undefined && !isEmpty(before) && before !== next;
    }
    case 'implies':
      return holds(rule.if, values) && !fulfils(rule.then, values, context);
    case 'advise':
      return (context.ssoActive || !rule.underSso) && holds(rule.if, values);
  }
}

/**
 * What rules that are enforced make of the values of an account that is about to be created: where what they demand is not
 * mapped, or something else is, it is set. @param length characters of a text that is generated, where the rule asks for no more
 * @returns the values, and the targets of those that were generated: they differ each time, and nobody is to see them
 */
export function enforceRules(
  rules: readonly ApplicationRule[],
  values: Readonly<Record<string, Value>>,
  { length, now, random }: { length: number; now: Date; random?: (() => number) | undefined },
): { values: Record<string, Value>; generated: string[] } {
  const enforced: Record<string, Value> = { ...values };
  const generated: string[] = [];
  for (const rule of rules) {
    if (rule.kind !== 'implies' || !rule.enforce) continue;
    const { then } = rule;
    if (!holds(rule.if, enforced) || fulfils(then, enforced, { ssoActive: false })) continue;
    const written = Object.keys(enforced).find((target) => targetKey(target) === targetKey(then.target)) ?? then.target;
    if ('equals' in then) enforced[written] = then.equals;
    else {
      const expression = parseExpression(`RandomString(${Math.max(length, then.minLength)}, 1, 1, 1, 1)`);
      enforced[written] = evaluateExpression(
        expression,
        {},
        { now, objectType: 'user', ...(random ? { random } : {}) },
      );
      generated.push(written);
    }
  }
  return { values: enforced, generated };
}

/** The values of a target that are about to be sent, one by one. */
function present(values: Readonly<Record<string, Value>>, target: string): Value[] {
  const value = valueAt(values, target);
  if (value === undefined || isEmpty(value)) return [];
  return isList(value) ? [...value] : [value];
}

function holds(condition: Condition, values: Readonly<Record<string, Value>>): boolean {
  return present(values, condition.target).some((value) => value === condition.equals);
}

function fulfils(
  demanded: Extract<ApplicationRule, { kind: 'implies' }>['then'],
  values: Readonly<Record<string, Value>>,
  context: RuleContext,
): boolean {
  const found = present(values, demanded.target);
  if (found.length === 0) return context.linked !== undefined;
  if ('minLength' in demanded) return found.every((value) => String(value).length >= demanded.minLength);
  return found.every((value) => value === demanded.equals);
}

/** A value that the pattern takes too long to judge does not follow it. */
function followsPattern(pattern: string, text: string): boolean {
  try {
    return matchesPattern(parsePattern(`^(?:${pattern})$`), text);
  } catch (error) {
    if (error instanceof PatternError) return false;
    throw error;
  }
}

function canonicalRules(rules: readonly ApplicationRule[], attributes: readonly TargetAttribute[]): ApplicationRule[] {
  const covered = new Set(rules.flatMap((rule) => (rule.kind === 'one_of' ? [targetKey(rule.target)] : [])));
  return attributes.flatMap((attribute): ApplicationRule[] => {
    const { path, canonicalValues, caseSensitive } = attribute;
    if (!canonicalValues?.length || covered.has(targetKey(path))) return [];
    const allowed = canonicalValues.join(', ');
    const exactly = caseSensitive ? ', in exactly this case' : '';
    return [
      {
        kind: 'one_of',
        target: path,
        values: canonicalValues,
        message: `${path} takes one of ${allowed}${exactly}; this is "{value}".`,
        fix: `Change the mapping of ${path}, or the value of this person, to one of ${allowed}.`,
      },
    ];
  });
}
