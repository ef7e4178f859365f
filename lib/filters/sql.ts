import { Prisma } from '@/lib/db/generated/client';
import type { ObjectType } from '@/lib/mappings/schema';
import type { PreparedClause } from './check-filter';
import { customSource } from './schema';

/**
 * What a filter means, once, as one expression over rows of clauses: the same for those that are stored and for those that are only
 * thought about, for one person and for everybody. No value becomes SQL: all of them are columns of `c`.
 */

/** SQL: clauses that are not stored, as `c`. */
export function givenClauses(clauses: readonly PreparedClause[]): Prisma.Sql {
  const rows = clauses.map((clause) => ({
    group_no: clause.groupNo,
    position: clause.position,
    attribute: clause.attribute,
    value: clause.value,
    source: clause.source,
    operator: clause.operator,
    operand: clause.operand,
    operands: clause.operands,
    case_sensitive: clause.caseSensitive,
    member_of_id: clause.memberOfId,
  }));
  return Prisma.sql`jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS c(group_no int, position int, attribute text, value text, source text,
    operator text, operand text, operands text[], case_sensitive boolean, member_of_id uuid)`;
}

/**
 * SQL: whether the filter lets `u` (a person) or `g` (a group) through; a filter without clauses lets everybody.
 * @param clauses SQL after FROM, with the clauses of one filter as `c`
 * @param isMember SQL of what IsMemberOf says, where memberships are others than those there are
 */
export function letsThrough(objectType: ObjectType, clauses: Prisma.Sql, isMember = isMemberNow): Prisma.Sql {
  return Prisma.sql`coalesce((SELECT bool_or(one.every) FROM (
      SELECT bool_and(coalesce(${holds(objectType, isMember)}, false)) AS every FROM ${withFound(objectType, clauses)} GROUP BY c.group_no) one), true)`;
}

/**
 * SQL: what each clause says of `u` or `g`, as JSON ({@link AskedClause}).
 * @param clauses as of {@link letsThrough}
 */
export function askedClauses(objectType: ObjectType, clauses: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`(SELECT coalesce(json_agg(json_build_object('groupNo', c.group_no, 'position', c.position,
      'attribute', c.attribute, 'operator', c.operator, 'value', c.value, 'values', c.operands, 'caseSensitive', c.case_sensitive,
      'groupId', c.member_of_id, 'groupName', (SELECT name FROM groups WHERE id = c.member_of_id),
      'label', ${labels[objectType]}, 'holds', coalesce(${holds(objectType)}, false), 'found', c.found) ORDER BY c.group_no, c.position), '[]')
    FROM ${withFound(objectType, clauses)})`;
}

/** SQL: what people call the custom attribute of `c`. */
const labels: Readonly<Record<ObjectType, Prisma.Sql>> = {
  user: Prisma.sql`CASE WHEN starts_with(c.source, ${customSource}) THEN (SELECT nullif(label, '') FROM attribute_definitions
    WHERE key = substr(c.source, ${Prisma.raw(String(customSource.length + 1))})) END`,
  group: Prisma.sql`NULL::text`,
};

/** SQL: the clauses, as `c`, each with the value that it is asked of. */
const withFound = (objectType: ObjectType, clauses: Prisma.Sql) =>
  Prisma.sql`(SELECT c.*, ${valueFrom[objectType]} AS found FROM ${clauses}) c`;

/** SQL: whether `u` is a member of the group of `c`, directly or through nesting. */
export const isMemberNow = Prisma.sql`((SELECT true FROM effective_members e WHERE e.user_id = u.id AND e.group_id = c.member_of_id) IS NOT NULL)`;

/** Longest text that a pattern is looked for in. */
const searched = 1_000;

/** Without the difference of upper and lower case, in every script (migration 0059). */
const folded = (text: Prisma.Sql) => Prisma.sql`lower(${text} COLLATE letters) COLLATE "C"`;

/**
 * Whether `c` holds; null where it cannot, because there is no value: as in Entra, such a clause is false, even of NOT EQUALS.
 */
function holds(objectType: ObjectType, isMember = isMemberNow): Prisma.Sql {
  const value = Prisma.sql`c.found`;
  const text = (plain: Prisma.Sql, folded: Prisma.Sql) =>
    Prisma.sql`CASE WHEN c.case_sensitive THEN ${plain} ELSE ${folded} END`;
  const equals = text(
    Prisma.sql`${value} = c.operand`,
    Prisma.sql`${folded(value)} = ${folded(Prisma.sql`c.operand`)}`,
  );
  const matches = text(
    Prisma.sql`left(${value}, ${Prisma.raw(String(searched))}) ~ c.operand`,
    Prisma.sql`left(${value}, ${Prisma.raw(String(searched))}) COLLATE letters ~* c.operand`,
  );
  const isNumber = (of: Prisma.Sql) => Prisma.sql`${of} ~ '^-?[0-9]{1,15}(\\.[0-9]{1,15})?$'`;
  const isDate = (of: Prisma.Sql) => Prisma.sql`${of} ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}($|T)'`;
  return Prisma.sql`CASE c.operator
    WHEN 'EQUALS' THEN ${equals}
    WHEN 'NOT EQUALS' THEN NOT (${equals})
    WHEN 'IsMemberOf' THEN ${objectType === 'user' ? isMember : Prisma.sql`false`}
    WHEN 'IS NULL' THEN ${value} IS NULL
    WHEN 'IS NOT NULL' THEN ${value} IS NOT NULL
    WHEN 'IS TRUE' THEN lower(${value}) = 'true'
    WHEN 'IS FALSE' THEN lower(${value}) = 'false'
    WHEN 'INCLUDES' THEN ${text(Prisma.sql`strpos(${value}, c.operand) > 0`, Prisma.sql`strpos(${folded(value)}, ${folded(Prisma.sql`c.operand`)}) > 0`)}
    WHEN 'IN' THEN ${text(
      Prisma.sql`${value} = ANY (c.operands)`,
      Prisma.sql`${folded(value)} = ANY (ARRAY(SELECT ${folded(Prisma.sql`one`)} FROM unnest(c.operands) one))`,
    )}
    WHEN 'REGEX MATCH' THEN ${matches}
    WHEN 'NOT REGEX MATCH' THEN NOT (${matches})
    WHEN 'GREATER_THAN' THEN CASE
      WHEN ${isDate(Prisma.sql`c.operand`)} THEN CASE WHEN ${isDate(value)} THEN left(${value}, 10) COLLATE "C" > c.operand END
      WHEN ${isNumber(Prisma.sql`c.operand`)} AND ${isNumber(value)} THEN (${value})::numeric > c.operand::numeric END
  END`;
}

/** What `c.source` is of a person or a group, as text; null where it is empty. Derived ones as lib/mappings/source.ts derives them. */
const valueFrom: Readonly<Record<ObjectType, Prisma.Sql>> = {
  user: Prisma.sql`nullif(CASE c.source
    WHEN 'username' THEN u.username
    WHEN 'email' THEN u.email
    WHEN 'firstname' THEN u.firstname
    WHEN 'lastname' THEN u.lastname
    WHEN 'fullName' THEN btrim(u.firstname || ' ' || u.lastname)
    WHEN 'displayName' THEN u.display_name
    WHEN 'employeeIdentifier' THEN u.employee_identifier
    WHEN 'jobTitle' THEN u.job_title
    WHEN 'department' THEN u.department
    WHEN 'company' THEN u.company
    WHEN 'costCenter' THEN u.cost_center
    WHEN 'location' THEN u.location
    WHEN 'phone' THEN u.phone
    WHEN 'manager' THEN u.manager_id::text
    WHEN 'active' THEN CASE WHEN u.status = 'active' AND u.deleted_at IS NULL THEN 'true' ELSE 'false' END
    WHEN 'IsSoftDeleted' THEN CASE WHEN u.status = 'active' AND u.deleted_at IS NULL THEN 'false' ELSE 'true' END
    WHEN 'id' THEN u.id::text
    WHEN 'userPrincipalName' THEN CASE WHEN u.username LIKE '%@%' OR u.email = '' THEN u.username ELSE u.email END
    WHEN 'mailNickname' THEN split_part(u.email, '@', 1)
    ELSE u.custom_attributes ->> substr(c.source, ${Prisma.raw(String(customSource.length + 1))}) END, '')`,
  group: Prisma.sql`nullif(CASE c.source WHEN 'name' THEN g.name WHEN 'description' THEN g.description WHEN 'id' THEN g.id::text END, '')`,
};
