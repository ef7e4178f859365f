import type { SsoDraft } from '@/lib/applications/schema';
import { checkExpression } from '@/lib/mappings/check-mapping';
import { findProperty } from '@/lib/mappings/source';
import { invalid } from './resolve-settings';
import type { SsoProblem } from './schema';

/** Properties and expressions that NameID and attributes are made of, checked when they are saved. Pure. */
export function checkSources(draft: SsoDraft, customAttributes: readonly string[]): SsoProblem[] {
  const problems: SsoProblem[] = [];
  const check = (field: string, kind: string, source: string) => {
    if (kind === 'property' && !findProperty('user', source, customAttributes)) {
      problems.push(invalid(field, source ? `There is no property "${source}".` : 'Choose a property.'));
    }
    const error = kind === 'expression' ? checkExpression(source, 'user', customAttributes) : undefined;
    if (error) problems.push(invalid(field, error.message));
  };
  check('settings.nameIdSource.source', draft.nameIdSource.kind, draft.nameIdSource.source);
  for (const [position, statement] of draft.attributeStatements.entries()) {
    check(`settings.attributeStatements.${position}.source`, statement.sourceKind, statement.source);
  }
  return problems;
}
