import { AppError } from '@/lib/core/errors';
import { boundedCount } from '@/lib/db/bounded-count';
import type { Tx } from '@/lib/db/client';
import { type AttributeDefinition, Prisma } from '@/lib/db/generated/client';
import { customSource } from '@/lib/filters/schema';
import { walkExpression } from '@/lib/mappings/expression';
import { ExpressionError } from '@/lib/mappings/expression-error';
import { parseExpression } from '@/lib/mappings/parser';

/** The event target that names this attribute. */
export const attributeTarget = ({ id, key }: { id: string; key: string }) =>
  ({ type: 'attribute', id, name: key }) as const;

/**
 * Reads a definition and holds it, against who gives a first value too (define_attributes, migration 0144).
 * @throws AppError `not_found`
 */
export async function lockAttribute(tx: Tx, id: string): Promise<AttributeDefinition> {
  await tx.$queryRaw`SELECT 1 FROM attribute_definitions WHERE id = ${id}::uuid FOR UPDATE`;
  const found = await tx.attributeDefinition.findUnique({ where: { id } });
  if (!found) throw new AppError('not_found', 'This attribute is not defined any more.');
  return found;
}

/** People with a value are counted up to this. */
const countedUpTo = 10_000;

/**
 * Refuses while something names the attribute, the first of which is said, or somebody has a value. Deleted people who can be
 * restored count: their values come back with them. Reads everybody once where nobody has one.
 * @param key the definition is held @param what is to be done: "deleted" @throws AppError `conflict`
 */
export async function assertUnused(tx: Tx, key: string, what: string): Promise<void> {
  const use = await firstUse(tx, key);
  if (use) {
    throw new AppError('conflict', `${key} cannot be ${what}: ${use} names it.`, { hint: 'Take it out there first.' });
  }
  const { total, totalIsExact } = await boundedCount(
    tx,
    Prisma.sql`users WHERE jsonb_exists(custom_attributes, ${key})`,
    countedUpTo,
  );
  if (total === 0) return;
  const people =
    totalIsExact && total === 1
      ? '1 person has'
      : `${total.toLocaleString('en')}${totalIsExact ? '' : '+'} people have`;
  throw new AppError('conflict', `${key} cannot be ${what}: ${people} a value.`, {
    hint: 'Remove the values first, by a file of people or the API. Deleted people who can be restored count.',
  });
}

async function firstUse(tx: Tx, key: string): Promise<string | undefined> {
  const source = customSource + key;
  const rule = await tx.groupRuleClause.findFirst({
    where: { source, group: { deletedAt: null } },
    include: { group: true },
  });
  if (rule) return `the rule of the group ${rule.group.name}`;
  const scope = await tx.scopeClause.findFirst({
    where: { objectType: 'user', source },
    include: { application: true },
  });
  if (scope) return `the scoping filter of ${scope.application.displayLabel}`;
  // A key has letters, digits and _ only: it stands in a pattern as it is.
  const word = `\\m${key}\\M`;
  const mappings = await tx.$queryRaw<{ kind: string; source: string; target: string; label: string }[]>`
    SELECT m.kind::text, m.source, m.target, a.display_label AS label FROM attribute_mappings m JOIN applications a ON a.id = m.application_id
    WHERE m.object_type = 'user' AND m.kind <> 'constant' AND m.source ~* ${word} ORDER BY a.display_label, m.position`;
  const mapping = mappings.find((row) => names(row.kind, row.source, key));
  if (mapping) return `the mapping of ${mapping.target} of ${mapping.label}`;
  const sign = await tx.$queryRaw<{ kind: string; source: string; label: string }[]>`
    SELECT part->>'kind' AS kind, part->>'source' AS source, a.display_label AS label
    FROM sso_settings s JOIN applications a ON a.id = s.application_id CROSS JOIN LATERAL (
      SELECT s.settings->'nameIdSource' AS part
      UNION ALL SELECT jsonb_build_object('kind', e->'sourceKind', 'source', e->'source')
      FROM jsonb_path_query(s.settings, 'lax $.attributeStatements[*]') e
    ) parts WHERE part->>'source' ~* ${word} ORDER BY a.display_label`;
  const signOn = sign.find((row) => names(row.kind, row.source, key));
  if (signOn) return `the SSO settings of ${signOn.label}`;
  const [taken] = await tx.$queryRaw<{ label: string }[]>`
    SELECT a.display_label AS label FROM import_settings s JOIN applications a ON a.id = s.application_id
    WHERE s.mappings @> ${JSON.stringify([{ attribute: source }])}::jsonb ORDER BY a.display_label LIMIT 1`;
  return taken && `the import settings of ${taken.label}`;
}

/** True when a source names the property; what cannot be read counts, because the word stands in it. */
function names(kind: string, source: string, key: string): boolean {
  const is = (name: string) => name.trim().toLowerCase() === key.toLowerCase();
  if (kind === 'constant') return false;
  if (kind !== 'expression') return true;
  try {
    return [...walkExpression(parseExpression(source))].some((node) => node.type === 'property' && is(node.name));
  } catch (error) {
    if (error instanceof ExpressionError) return true;
    throw error;
  }
}
