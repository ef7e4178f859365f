import pg from 'pg';
import { associateGroup } from '@/lib/applications/change-associations';
import { createApplication } from '@/lib/applications/testing/create-application';
import { db } from '@/lib/db/client';
import { updateUser } from '@/lib/directory/update-user';
import { systemActor } from '@/lib/events/actor';
import { activateIntegration } from '@/lib/provisioning/activate-integration';
import { idOf } from './lists-data';

export const personId = (number: number): string => idOf('user', number);
export const userNameOf = (number: number): string => `person.${String(number).padStart(6, '0')}`;

/** Adds people, all of them active, up to this number. The same ones on every run. */
export async function addPeople(databaseUrl: string, count: number): Promise<void> {
  await run(
    databaseUrl,
    `INSERT INTO users (id, username, email, username_folded, email_folded, firstname, lastname, display_name, department, job_title,
       employee_identifier, status, role, custom_attributes, created_at, updated_at)
     SELECT ${idIn('user')}, name, name || '@acme.example', name, name || '@acme.example', 'Person', 'Number ' || n, 'Person Number ' || n,
       'Engineering', 'Engineer', 'E' || n, 'active', 'user', '{}', now(), now()
     FROM (SELECT n, 'person.' || lpad(n::text, 6, '0') AS name FROM generate_series(1, $1::int) AS n) AS named
     ON CONFLICT DO NOTHING`,
    [count],
  );
}

/** Makes a group of the first so many people. @returns its id */
export async function addGroup(databaseUrl: string, number: number, members: number): Promise<string> {
  const id = idOf('group', number);
  const name = `Group ${number}`;
  await run(
    databaseUrl,
    'INSERT INTO groups (id, name, name_folded, created_at, updated_at) VALUES ($1, $2, lower($2), now(), now())',
    [id, name],
  );
  await run(
    databaseUrl,
    `INSERT INTO group_members (group_id, user_id) SELECT $1, ${idIn('user')} FROM generate_series(1, $2::int) AS n`,
    [id, members],
  );
  await run(databaseUrl, 'ANALYZE', []);
  return id;
}

export interface Activated {
  applicationId: string;
  tenant: string;
}

/**
 * An Egnyte application for these groups, connected to a tenant of the target that nobody has used; its first cycle begins.
 * @param target origin of bench/scim-target.ts
 */
export async function activate(
  target: string,
  tenant: string,
  groupIds: readonly string[],
  manageGroups: boolean,
): Promise<Activated> {
  const { id } = await createApplication(systemActor, { templateId: 'egnyte', displayLabel: tenant, placeholders: {} });
  await db.application.update({ where: { id }, data: { ssoStatus: 'active' } });
  for (const groupId of groupIds) await associateGroup(systemActor, { applicationId: id, groupId });
  const authentication = { kind: 'bearer' as const, secret: 'bench' };
  const connection = { baseUrl: `${target}/${tenant}`, authentication, manageGroups };
  await activateIntegration(systemActor, { applicationId: id, ...connection });
  return { applicationId: id, tenant };
}

/** As the screen saves a person. */
export async function changeFirstname(number: number, firstname: string): Promise<void> {
  const { id, version, ...person } = await db.user.findUniqueOrThrow({ where: { id: personId(number) } });
  const optional = (value: string | null) => value ?? '';
  await updateUser(
    systemActor,
    {
      ...{ id, version, firstname, username: person.username, email: person.email, lastname: person.lastname },
      ...{ displayName: person.displayName, role: person.role, managerId: person.managerId, customAttributes: {} },
      employeeIdentifier: optional(person.employeeIdentifier),
      jobTitle: optional(person.jobTitle),
      department: optional(person.department),
      company: optional(person.company),
      costCenter: optional(person.costCenter),
      location: optional(person.location),
      phone: optional(person.phone),
    },
    async () => undefined,
  );
}

async function run(databaseUrl: string, sql: string, values: unknown[]): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(sql, values);
  } finally {
    await client.end();
  }
}

const idIn = (kind: 'user'): string => `('${idOf(kind, 0).slice(0, 24)}' || lpad(n::text, 12, '0'))::uuid`;
