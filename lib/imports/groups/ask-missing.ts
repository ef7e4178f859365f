import { storedName } from '@/lib/core/fold-name';
import { db } from '@/lib/db/client';
import type { Import } from '@/lib/db/generated/client';
import type { Connection } from '@/lib/provisioning/connection';
import type { ScimFailure } from '@/lib/scim/failure';
import { isPassing } from './told-groups';

/** As many of those that the list did not show are asked for in an import, and so many at once. */
const most = 200;
const atOnce = 4;

/**
 * Asks by its id for each group that is kept here and that the list did not show: gone is only what the application says is gone. Those are
 * noted in the import. @returns why the application could not be asked just now
 */
export async function askMissing(
  connection: Connection,
  { id, applicationId }: Import,
): Promise<ScimFailure | undefined> {
  const missing = await db.$queryRaw<{ groupId: string; remoteId: string; name: string }[]>`
    SELECT g.id AS "groupId", g.remote_id AS "remoteId", g.name FROM groups g
    WHERE g.imported_from_id = ${applicationId}::uuid AND g.remote_id IS NOT NULL AND g.deleted_at IS NULL AND g.gone_at IS NULL
      AND NOT EXISTS (SELECT FROM import_groups r WHERE r.import_id = ${id}::uuid AND r.remote_id = g.remote_id)
    ORDER BY g.id LIMIT ${most}`;
  const left = [...missing];
  while (left.length > 0) {
    const asked = await Promise.all(
      left
        .splice(0, atOnce)
        .map(async (group) => ({ group, answer: await connection.client.getGroup(group.remoteId) })),
    );
    const gone = asked.flatMap(({ group, answer }) =>
      !answer.ok && answer.failure.kind === 'not_found' ? [group] : [],
    );
    await db.importGroup.createMany({
      data: gone.map(({ groupId, remoteId, name }) => ({
        ...{ importId: id, remoteId, name, nameFolded: storedName(name), told: false },
        ...{ gone: true, match: 'kept' as const, groupId },
      })),
      skipDuplicates: true,
    });
    for (const { answer } of asked) if (!answer.ok && isPassing(answer.failure)) return answer.failure;
  }
  return undefined;
}
