import { standingRecord } from '@/lib/applications/standings';
import { isRedacted } from '@/lib/mappings/evaluate';
import { ExpressionError } from '@/lib/mappings/expression-error';
import { parseExpression } from '@/lib/mappings/parser';
import { type ExpressionStep, traceExpression } from '@/lib/mappings/trace';
import { nameIdFormats } from '@/lib/saml/schema';
import type { Subject } from '../access';
import type { PlannedContent } from '../plan-assertion';
import type { Provider } from '../provider';

/** Where a value comes from. */
interface Source {
  kind: 'property' | 'constant' | 'expression' | 'groups';
  /** As it is configured. */
  source: string;
  /** How an expression comes to its value; none of what is redacted. */
  steps: ExpressionStep[];
  /** Why the expression gives nothing for this person. */
  failure: string | null;
}

export interface DescribedNameId {
  value: string;
  format: string;
  /** Why it is this one, in words. */
  why: string;
  source: Source;
}

export interface DescribedAttribute {
  name: string;
  friendlyName: string | null;
  nameFormat: string;
  /** Empty: it is not sent for this person. */
  values: string[];
  source: Source;
}

const hidden = '(redacted)';

/**
 * What of an assertion comes from where: the values are those of its content, the steps are evaluated anew. Pure.
 * @returns redacted: a value must not be shown
 */
export function describeSources(provider: Provider, subject: Subject, content: PlannedContent, now: Date) {
  if (!provider.resolved.ok) throw new Error('What is not resolved has no assertion.');
  const record = { ...standingRecord(subject), groups: subject.groupNames };
  const trace = (kind: Source['kind'], source: string): Source & { redacted: boolean } => {
    const redacted = kind === 'expression' && mustBeHidden(source);
    const { steps, failure = null } =
      kind === 'expression' ? traceExpression(source, record, now) : { steps: [] as ExpressionStep[] };
    return { kind, source, steps: redacted ? [] : steps, failure, redacted };
  };
  const { nameIdSource } = provider.draft;
  const { redacted: isNameHidden, ...nameSource } = trace(nameIdSource.kind, nameIdSource.source);
  const nameId: DescribedNameId = {
    value: isNameHidden ? hidden : content.nameId.value,
    format: content.nameId.format,
    why: whyName(provider, content.nameId.format),
    source: nameSource,
  };
  const traced = provider.resolved.settings.attributeStatements.map((statement) => ({
    statement,
    source: trace(statement.sourceKind, statement.source),
  }));
  const attributes = traced.map(({ statement, source: { redacted, ...source } }): DescribedAttribute => {
    // Those of one name are one attribute in the assertion.
    const values = content.attributes.find(({ name }) => name === statement.name)?.values ?? [];
    return {
      ...{ name: statement.name, friendlyName: statement.friendlyName ?? null, nameFormat: statement.nameFormat },
      values: redacted && values.length > 0 ? [hidden] : [...values],
      source,
    };
  });
  return { nameId, attributes, redacted: isNameHidden || traced.some(({ source }) => source.redacted) };
}

function mustBeHidden(expression: string): boolean {
  try {
    return isRedacted(parseExpression(expression));
  } catch (error) {
    if (error instanceof ExpressionError) return false;
    throw error;
  }
}

function whyName({ draft }: Provider, format: string): string {
  const asked = draft.nameIdFormatForced
    ? 'This format is sent whatever a request asks for.'
    : 'This format is sent unless a request asks for another one, which is refused.';
  if (!draft.legacyNameId && format === nameIdFormats.persistent) {
    return `Made for this person and this application alone, the same each time. ${asked}`;
  }
  if (!draft.legacyNameId && format === nameIdFormats.transient) {
    return `Made anew for each sign-in: nobody is known by it afterwards. ${asked}`;
  }
  const of = draft.nameIdSource.kind === 'expression' ? 'an expression' : `the property ${draft.nameIdSource.source}`;
  return `Made of ${of}. ${asked}`;
}
