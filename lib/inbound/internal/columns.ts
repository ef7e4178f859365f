import { Prisma } from '@/lib/db/generated/client';
import { type AttributePath, sameName } from '@/lib/scim/server/attribute-path';
import type { ScimFilter } from '@/lib/scim/server/filter';
import { customSchemaId, enterpriseSchemaId } from '@/lib/scim/server/names';
import type { Column, Columns } from './filter-sql';

const text = (sql: Prisma.Sql): Column => ({ kind: 'text', sql });

/** A list of one element, as it is kept: its value, and what is said of every one. */
function listOfOne(name: string, value: Column & { sql: Prisma.Sql }): Record<string, Column> {
  const there = Prisma.sql`CASE WHEN ${value.sql} IS NOT NULL THEN`;
  return {
    [name]: value,
    [`${name}.type`]: text(Prisma.sql`(${there} 'work' END)`),
    [`${name}.primary`]: { kind: 'boolean', sql: Prisma.sql`(${there} true END)` },
  };
}

const email = { kind: 'folded', sql: Prisma.sql`u.email_folded` } as const;
const phone = { kind: 'text', sql: Prisma.sql`u.phone` } as const;
const location = { kind: 'text', sql: Prisma.sql`u.location` } as const;

/** By path in lower case, of `users u`. */
const ofUser = new Map<string, Column>(
  Object.entries<Column>({
    id: { kind: 'id', sql: Prisma.sql`u.id` },
    externalid: { kind: 'exact', sql: Prisma.sql`u.external_id` },
    username: { kind: 'folded', sql: Prisma.sql`u.username_folded` },
    displayname: text(Prisma.sql`u.display_name`),
    'name.givenname': text(Prisma.sql`u.firstname`),
    'name.familyname': text(Prisma.sql`u.lastname`),
    'name.formatted': text(Prisma.sql`(u.firstname || ' ' || u.lastname)`),
    title: text(Prisma.sql`u.job_title`),
    active: { kind: 'boolean', sql: Prisma.sql`(u.status = 'active')` },
    ...listOfOne('emails', email),
    'emails.value': email,
    ...listOfOne('phonenumbers', phone),
    'phonenumbers.value': phone,
    ...listOfOne('addresses', location),
    'addresses.formatted': location,
    'groups.value': membership(Prisma.sql`m.user_id = u.id`, Prisma.sql`m.group_id`),
    groups: membership(Prisma.sql`m.user_id = u.id`, Prisma.sql`m.group_id`),
    'meta.created': { kind: 'date', sql: Prisma.sql`u.created_at` },
    'meta.lastmodified': { kind: 'date', sql: Prisma.sql`u.updated_at` },
    'meta.resourcetype': text(Prisma.sql`'User'`),
  }),
);

const ofEnterprise = new Map<string, Column>(
  Object.entries<Column>({
    employeenumber: text(Prisma.sql`u.employee_identifier`),
    department: text(Prisma.sql`u.department`),
    costcenter: text(Prisma.sql`u.cost_center`),
    organization: text(Prisma.sql`u.company`),
    manager: { kind: 'id', sql: Prisma.sql`u.manager_id` },
    'manager.value': { kind: 'id', sql: Prisma.sql`u.manager_id` },
  }),
);

/** By path in lower case, of `groups u`: lists of people and of groups are read by the same words. */
const ofGroup = new Map<string, Column>(
  Object.entries<Column>({
    id: { kind: 'id', sql: Prisma.sql`u.id` },
    externalid: { kind: 'exact', sql: Prisma.sql`u.external_id` },
    displayname: { kind: 'folded', sql: Prisma.sql`u.name_folded` },
    'members.value': membership(Prisma.sql`m.group_id = u.id`, Prisma.sql`m.user_id`),
    members: membership(Prisma.sql`m.group_id = u.id`, Prisma.sql`m.user_id`),
    'meta.created': { kind: 'date', sql: Prisma.sql`u.created_at` },
    'meta.lastmodified': { kind: 'date', sql: Prisma.sql`u.updated_at` },
    'meta.resourcetype': text(Prisma.sql`'Group'`),
  }),
);

function membership(of: Prisma.Sql, other: Prisma.Sql): Column {
  const is = (id: Prisma.Sql | undefined) => (id ? Prisma.sql`AND ${other} = ${id}` : Prisma.empty);
  return { kind: 'some', has: (id) => Prisma.sql`EXISTS (SELECT FROM group_members m WHERE ${of} ${is(id)})` };
}

export const userColumns: Columns = ({ schema, attribute, sub }) => {
  const name = nameOf({ ...(attribute === undefined ? {} : { attribute }), ...(sub === undefined ? {} : { sub }) });
  if (schema === undefined) return ofUser.get(name);
  if (sameName(schema, enterpriseSchemaId)) return ofEnterprise.get(name);
  if (!sameName(schema, customSchemaId) || attribute === undefined || sub !== undefined) return undefined;
  return text(Prisma.sql`(u.custom_attributes ->> ${attribute})`);
};

export const groupColumns: Columns = (path) => (path.schema === undefined ? ofGroup.get(nameOf(path)) : undefined);

const nameOf = ({ attribute, sub }: AttributePath) => [attribute, sub].filter(Boolean).join('.').toLowerCase();

/** Attributes that an index finds: of them, equality; of the last change, whatever is later. */
const found = new Set(['id', 'externalid', 'username', 'displayname', 'emails', 'emails.value']);

/** Whether an index answers a filter, however many people there are. */
export function isIndexed(filter: ScimFilter): boolean {
  if (filter.kind === 'and') return filter.parts.some(isIndexed);
  if (filter.kind === 'or') return filter.parts.every(isIndexed);
  if (filter.kind === 'some') return sameName(filter.path.attribute, 'emails') && namesValue(filter.filter);
  if (filter.kind !== 'compare' || filter.path.schema !== undefined) return false;
  const name = nameOf(filter.path);
  if (name === 'meta.lastmodified') return filter.operator === 'gt' || filter.operator === 'ge';
  return filter.operator === 'eq' && found.has(name);
}

function namesValue(filter: ScimFilter): boolean {
  if (filter.kind === 'and') return filter.parts.some(namesValue);
  return filter.kind === 'compare' && filter.operator === 'eq' && sameName(filter.path.attribute, 'value');
}
