import { unfitForNameId } from '@/lib/applications/naming';
import type { SsoDraft } from '@/lib/applications/schema';
import { checkExpression } from '@/lib/mappings/check-mapping';
import { findProperty } from '@/lib/mappings/source';
import { invalid } from './resolve-settings';
import type { SsoProblem } from './schema';

const nameIdField = 'settings.nameIdSource.source';

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
  check(nameIdField, draft.nameIdSource.kind, draft.nameIdSource.source);
  const unfit = problems.length === 0 ? unfitForNameId(draft.nameIdSource) : undefined;
  if (unfit) problems.push(invalid(nameIdField, unfit));
  for (const [position, statement] of draft.attributeStatements.entries()) {
    check(`settings.attributeStatements.${position}.source`, statement.sourceKind, statement.source);
  }
  return [...problems, ...checkRepeated(draft.attributeStatements)];
}

/** Statements of one name go out as one attribute, so they have to agree on what it is called besides. */
function checkRepeated(statements: SsoDraft['attributeStatements']): SsoProblem[] {
  return statements.flatMap((statement, position) => {
    const field = `settings.attributeStatements.${position}.name`;
    const first = statements.slice(0, position).find((other) => other.name === statement.name);
    if (!first) return [];
    if (first.nameFormat !== statement.nameFormat) {
      return [
        invalid(field, `There is another "${statement.name}" above, in another name format. Give both the same.`),
      ];
    }
    if ((first.friendlyName || undefined) === (statement.friendlyName || undefined)) return [];
    return [
      invalid(field, `There is another "${statement.name}" above, with another friendly name. Give both the same.`),
    ];
  });
}
