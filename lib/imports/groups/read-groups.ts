import { now } from '@/lib/core/clock';
import { storedName } from '@/lib/core/fold-name';
import { db, transaction } from '@/lib/db/client';
import type { Import } from '@/lib/db/generated/client';
import type { Connection } from '@/lib/provisioning/connection';
import { eachPage, type ReadPage } from '@/lib/scim/each-page';
import type { ScimFailure } from '@/lib/scim/failure';
import { notBegun, readingProgressSchema } from '@/lib/scim/reading-bounds';
import { type ReadGroup, toldGroups } from './told-groups';

/** What has become of a stretch of reading. */
export type GroupsRead = 'all' | 'another stretch' | 'given up' | { failure: ScimFailure };

/**
 * One stretch of reading the groups of an application, page by page; a page and its place are kept together, so that whoever goes on after a
 * crash reads none of it again. @param until by performance.now(): no page is begun after it
 */
export async function readGroups(connection: Connection, current: Import, until: number): Promise<GroupsRead> {
  if (current.groupsCursor === null) return 'all';
  const begun = readingProgressSchema.safeParse(current.groupsReading).data;
  const pages = eachPage(connection.client, 'Groups', {
    pageSize: connection.capabilities.pageSize,
    startIndex: begun ? current.groupsCursor : 1,
    progress: begun ?? notBegun,
    known: (ids) => knownOf(current.id, ids),
  });
  for await (const answer of pages) {
    if (!answer.ok) return { failure: answer.failure };
    const { resources, last, nextIndex } = answer.value;
    const told = await toldGroups(connection, resources, await populatedOf(current.applicationId, resources));
    if (!told.ok) return { failure: told.failure };
    if (!(await keepPage(connection, current, answer.value, told.value))) return 'given up';
    current.groupsCursor = last ? null : nextIndex;
    if (last) return 'all';
    if (performance.now() > until) return 'another stretch';
  }
  return 'another stretch';
}

/** Which of these an earlier stretch has seen. */
async function knownOf(importId: string, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const where = { importId, remoteId: { in: [...ids] } };
  const rows = await db.importGroup.findMany({ where, select: { remoteId: true } });
  return new Set(rows.map(({ remoteId }) => remoteId));
}

/** Which of these are here with members. */
async function populatedOf(applicationId: string, groups: ReadPage['resources']): Promise<ReadonlySet<string>> {
  const remoteIds = groups.flatMap(({ id }) => (typeof id === 'string' ? [id] : []));
  const rows = await db.group.findMany({
    where: { importedFromId: applicationId, remoteId: { in: remoteIds }, deletedAt: null, remoteMembers: { some: {} } },
    select: { remoteId: true },
  });
  return new Set(rows.flatMap(({ remoteId }) => remoteId ?? []));
}

/** The groups of a page, and how far the reading has come. @returns false where the import was given up, or somebody else reads it */
async function keepPage(
  connection: Connection,
  { id, groupsCursor }: Import,
  page: ReadPage,
  groups: readonly ReadGroup[],
): Promise<boolean> {
  const rows = groups.map(({ remoteId, name, members, told }) => ({
    ...{ remote_id: remoteId, name, name_folded: storedName(name), told, members: members.length },
    ...{ member_ids: members.map((one) => one.id), member_names: members.map((one) => one.name) },
  }));
  const asked = JSON.stringify(rows);
  return transaction(async (tx) => {
    const kept = await tx.$executeRaw`
      WITH held AS MATERIALIZED (
        SELECT id FROM imports WHERE id = ${id}::uuid AND state = 'fetching' AND groups_cursor = ${groupsCursor}::int FOR NO KEY UPDATE),
      added AS (
        INSERT INTO import_groups (import_id, remote_id, name, name_folded, member_ids, member_names, told, members)
        SELECT held.id, r.remote_id, r.name, r.name_folded, ARRAY(SELECT jsonb_array_elements_text(r.member_ids)),
          ARRAY(SELECT jsonb_array_elements_text(r.member_names)), r.told, r.members
        FROM held, jsonb_to_recordset(${asked}::jsonb) AS r(
          remote_id text, name text, name_folded text, member_ids jsonb, member_names jsonb, told boolean, members int)
        ON CONFLICT (import_id, remote_id) DO NOTHING RETURNING 1)
      UPDATE imports SET groups_cursor = ${page.last ? null : page.nextIndex}::int, groups_complete = ${page.last && page.complete},
        groups_reading = ${JSON.stringify(page.progress)}::jsonb, groups_fetched = groups_fetched + (SELECT count(*) FROM added)
      FROM held WHERE imports.id = held.id`;
    if (kept === 0) return false;
    // What links by hand and plans go by; of whom nothing is told, what was known before stays.
    await tx.$executeRaw`
      INSERT INTO remote_groups AS g (application_id, remote_id, display_name, member_ids, read_at)
      SELECT ${connection.application.id}::uuid, r.remote_id, r.name, ARRAY(SELECT jsonb_array_elements_text(r.member_ids)), ${now()}
      FROM jsonb_to_recordset(${asked}::jsonb) AS r(remote_id text, name text, member_ids jsonb)
      ON CONFLICT (application_id, remote_id) DO UPDATE SET display_name = excluded.display_name, read_at = excluded.read_at,
        member_ids = CASE WHEN cardinality(excluded.member_ids) = 0 AND NOT (SELECT i.told FROM import_groups i
          WHERE i.import_id = ${id}::uuid AND i.remote_id = excluded.remote_id) THEN g.member_ids ELSE excluded.member_ids END`;
    return true;
  });
}
