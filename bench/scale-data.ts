import { createApplication } from '@/lib/applications/testing/create-application';
import { seal } from '@/lib/crypto/seal';
import { db } from '@/lib/db/client';
import { systemActor } from '@/lib/events/actor';
import { tokenContext } from '@/lib/provisioning/authentication';

export const applicationId = (number: number): string => `0f000000-0000-7000-8000-${String(number).padStart(12, '0')}`;
export const tenantOf = (number: number): string => `scale-${number}`;

/** The groups of everything else have small numbers. */
const firstGroup = 1_000;
const id = (prefix: string, number: string) =>
  `('${prefix}000000-0000-7000-8000-' || lpad((${number})::text, 12, '0'))::uuid`;

/** The three applications of a person. */
export const applicationsOf = (person: number, applications: number): number[] =>
  [0, 1, 2].map((next) => 1 + ((person + next) % applications));

/**
 * Applications that are connected and have read everything just now, with the accounts of everybody in three of them. They are copies
 * of one: to make one takes a key.
 * @param target origin of bench/scim-target.ts
 */
export async function addApplications(target: string, applications: number, people: number): Promise<void> {
  const base = await createApplication(systemActor, { templateId: 'egnyte', displayLabel: 'Scale', placeholders: {} });
  await db.application.update({ where: { id: base.id }, data: { ssoStatus: 'active' } });
  const copies = `generate_series(1, ${applications}) AS n`;
  const copy = (table: string, column: string, changed: string) => `
    INSERT INTO ${table} SELECT (jsonb_populate_record(t, jsonb_build_object(${changed}))).*
    FROM ${table} t, ${copies} WHERE t.${column} = '${base.id}'`;
  const application = id('0f', 'n');
  for (const sql of [
    copy('applications', 'id', `'id', ${application}, 'slug', 'scale-' || n, 'display_label', 'Scale ' || n`),
    copy('attribute_mappings', 'application_id', `'id', gen_random_uuid(), 'application_id', ${application}`),
    copy('target_attributes', 'application_id', `'application_id', ${application}`),
    `INSERT INTO groups (id, name, name_folded, created_at, updated_at)
     SELECT ${id('0b', `${firstGroup} + n`)}, 'Scale ' || n, 'scale ' || n, now(), now() FROM ${copies}`,
    `INSERT INTO application_groups (application_id, group_id) SELECT ${application}, ${id('0b', `${firstGroup} + n`)} FROM ${copies}`,
    `INSERT INTO group_members (group_id, user_id)
     SELECT ${id('0b', `${firstGroup} + 1 + (n + k) % ${applications}`)}, ${id('0a', 'n')}
     FROM generate_series(1, ${people}) AS n, generate_series(0, 2) AS k`,
    // None is due for a cycle for the next forty minutes.
    `INSERT INTO cycles (id, application_id, trigger, stage, started_at, finished_at)
     SELECT gen_random_uuid(), ${application}, 'schedule', 'finished', now(), now() FROM ${copies}`,
    `INSERT INTO user_links (id, application_id, user_id, remote_id, account_name, state, last_sent)
     SELECT gen_random_uuid(), application_id, user_id, row_number() OVER (PARTITION BY application_id ORDER BY user_id),
       username, 'provisioned', jsonb_build_object('userName', username, 'active', true)
     FROM (SELECT g.application_id, m.user_id, u.username_folded AS username FROM application_groups g
       JOIN group_members m ON m.group_id = g.group_id JOIN users u ON u.id = m.user_id) AS granted`,
  ]) {
    await db.$executeRawUnsafe(sql);
  }
  const now = new Date();
  await db.integration.createMany({
    data: Array.from({ length: applications }, (_, index) => ({
      applicationId: applicationId(index + 1),
      status: 'active' as const,
      baseUrl: `${target}/${tenantOf(index + 1)}`,
      tokenSealed: seal('bench', tokenContext(applicationId(index + 1))),
      tokenUpdatedAt: now,
      manageGroups: false,
      capabilities: { patch: true, filter: true },
      activatedAt: now,
    })),
  });
  await db.$executeRawUnsafe('ANALYZE');
}
