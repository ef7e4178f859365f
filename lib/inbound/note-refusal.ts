import { newId } from '@/lib/core/ids';
import { db } from '@/lib/db/client';
import { getIgnoringCase, isRecord } from '@/lib/scim/json';
import type { ScimError } from '@/lib/scim/server/scim-error';

/** Refusals that are kept of a source. */
const kept = 200;

/** Keeps what was refused, for the screen of the source; the oldest go. Never the body, which may hold a password. */
export async function noteRefusal(
  sourceId: string,
  request: { method: string; path: string; body: unknown },
  error: ScimError,
): Promise<void> {
  const { method, body } = request;
  await db.$executeRaw`
    WITH gone AS (
      DELETE FROM source_refusals WHERE source_id = ${sourceId}::uuid AND id <= (
        SELECT id FROM source_refusals WHERE source_id = ${sourceId}::uuid ORDER BY id DESC OFFSET ${kept - 1} LIMIT 1))
    INSERT INTO source_refusals (id, source_id, method, path, status, scim_type, detail, about)
    SELECT ${newId()}::uuid, s.id, ${method}, ${request.path.slice(0, 500)}, ${error.status}, ${error.scimType ?? null},
      ${error.detail.slice(0, 1_000)}, ${aboutOf(body)} FROM sources s WHERE s.id = ${sourceId}::uuid`;
}

function aboutOf(body: unknown): string | null {
  if (!isRecord(body)) return null;
  const name = getIgnoringCase(body, 'userName') ?? getIgnoringCase(body, 'displayName');
  return typeof name === 'string' ? name.slice(0, 200) : null;
}
