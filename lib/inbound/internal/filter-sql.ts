import { storedName } from '@/lib/core/fold-name';
import { Prisma } from '@/lib/db/generated/client';
import { readBoolean } from '@/lib/scim/json';
import { type AttributePath, pathText } from '@/lib/scim/server/attribute-path';
import type { Comparison, FilterValue, ScimFilter } from '@/lib/scim/server/filter';
import { badRequest } from '@/lib/scim/server/scim-error';
import { isId } from './refuse';

/** What stands for an attribute in SQL. Attributes and operators are ours; values are parameters. */
export type Column =
  /** `text` in any case, `folded` as names are compared, `exact` in this case alone. */
  | { kind: 'text' | 'folded' | 'exact' | 'id' | 'date' | 'boolean'; sql: Prisma.Sql }
  /** A list of which only equality is asked. */
  | { kind: 'some'; has: (id: Prisma.Sql | undefined) => Prisma.Sql };

/** What an attribute is; undefined: none that is kept, which has no value. */
export type Columns = (path: AttributePath) => Column | undefined;

const no = Prisma.sql`false`;

/**
 * One SQL condition for a filter. What has no value equals nothing, and is not equal to anything (RFC 7644 §3.4.2.2).
 * @throws ScimError 400 invalidFilter where operator and value do not fit the attribute
 */
export function filterSql(filter: ScimFilter, columns: Columns): Prisma.Sql {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return Prisma.sql`(${Prisma.join(
        filter.parts.map((part) => filterSql(part, columns)),
        filter.kind === 'and' ? ' AND ' : ' OR ',
      )})`;
    case 'not':
      return Prisma.sql`NOT coalesce(${filterSql(filter.part, columns)}, false)`;
    case 'present':
      return present(columns(filter.path));
    case 'some':
      return filterSql(filter.filter, (inner) => columns(within(filter.path, inner)));
    case 'compare':
      return compare(columns(filter.path), filter);
  }
}

function within(list: AttributePath, { attribute, sub }: AttributePath): AttributePath {
  if (list.sub !== undefined || sub !== undefined || attribute === undefined) {
    throw badRequest('invalidFilter', `${pathText(list)}[…] asks for what no element has.`);
  }
  return { ...list, sub: attribute };
}

function present(column: Column | undefined): Prisma.Sql {
  if (!column) return no;
  if (column.kind === 'some') return column.has(undefined);
  return Prisma.sql`${column.sql} IS NOT NULL`;
}

type Compare = Extract<ScimFilter, { kind: 'compare' }>;

function compare(column: Column | undefined, { path, operator, value }: Compare): Prisma.Sql {
  if (operator === 'ne')
    return Prisma.sql`NOT coalesce(${compare(column, { kind: 'compare', path, operator: 'eq', value })}, false)`;
  if (value === null) {
    if (operator !== 'eq') throw unfit(path, operator);
    return Prisma.sql`NOT ${present(column)}`;
  }
  if (!column) return no;
  switch (column.kind) {
    case 'some':
      if (operator !== 'eq') throw unfit(path, operator);
      return typeof value === 'string' && isId(value) ? column.has(Prisma.sql`${value}::uuid`) : no;
    case 'id':
      if (operator === 'eq')
        return typeof value === 'string' && isId(value) ? Prisma.sql`${column.sql} = ${value}::uuid` : no;
      return ofText(Prisma.sql`${column.sql}::text`, operator, String(value).toLowerCase());
    case 'boolean': {
      const wanted = readBoolean(value);
      if (operator !== 'eq' || wanted === undefined) throw unfit(path, operator);
      return Prisma.sql`${column.sql} = ${wanted}`;
    }
    case 'date':
      return ofDate(column.sql, path, operator, value);
    case 'exact':
      return ofText(column.sql, operator, String(value));
    case 'folded':
      return ofText(column.sql, operator, storedName(String(value)));
    case 'text':
      return ofText(Prisma.sql`lower(${column.sql})`, operator, String(value).toLowerCase());
  }
}

function ofDate(sql: Prisma.Sql, path: AttributePath, operator: Comparison, value: FilterValue): Prisma.Sql {
  const at = new Date(String(value));
  const sign = ordering[operator];
  if (Number.isNaN(at.getTime()) || !sign) throw unfit(path, operator);
  return Prisma.sql`${sql} ${sign} ${at}`;
}

const ordering: Partial<Record<Comparison, Prisma.Sql>> = {
  eq: Prisma.sql`=`,
  gt: Prisma.sql`>`,
  ge: Prisma.sql`>=`,
  lt: Prisma.sql`<`,
  le: Prisma.sql`<=`,
};

function ofText(sql: Prisma.Sql, operator: Comparison, value: string): Prisma.Sql {
  const sign = ordering[operator];
  if (sign) return Prisma.sql`${sql} ${sign} ${value}`;
  const escaped = value.replace(/[\\%_]/g, (character) => `\\${character}`);
  const pattern = { co: `%${escaped}%`, sw: `${escaped}%`, ew: `%${escaped}` }[operator as 'co' | 'sw' | 'ew'];
  return Prisma.sql`${sql} LIKE ${pattern}`;
}

function unfit(path: AttributePath, operator: Comparison) {
  return badRequest('invalidFilter', `${pathText(path)} cannot be compared by ${operator} with this value.`);
}
