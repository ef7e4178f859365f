import { storedName } from '@/lib/core/fold-name';
import { cleanLine } from '@/lib/core/text';
import { db, type Tx } from '@/lib/db/client';
import { targetKey } from '@/lib/mappings/target';
import { readPath, type ScimResource } from '@/lib/scim/path';
import type { PlanContext } from './plan/plan-context';

/** "path=value" in one writing: how a matching attribute is remembered with an account that was read. */
export function matchKey(target: string, value: unknown): string {
  return `${targetKey(target)}=${String(value).toLowerCase()}`;
}

/** The keys of an account for every matching attribute. */
function matchKeysOf(resource: ScimResource, targets: readonly string[]): string[] {
  return targets.flatMap((target) => {
    const value = readPath(resource, target);
    return value === undefined || value === null || value === '' ? [] : [matchKey(target, value)];
  });
}

/**
 * Keeps accounts as read, for matching, drift and import. @param readingId the reading of a cycle that saw them @param dryRunId the dry run
 * @returns how many were usable
 */
export async function storeAccounts(
  context: PlanContext,
  resources: readonly ScimResource[],
  readAt: Date,
  { tx = db, readingId = null, dryRunId = null }: { tx?: Tx; readingId?: string | null; dryRunId?: string | null } = {},
): Promise<number> {
  const rows = resources.flatMap((resource) => {
    if (typeof resource.id !== 'string' || resource.id === '') return [];
    const text = (path: string) => textOf(readPath(resource, path));
    const [userName, email] = [text('userName') ?? '', text('emails.value')];
    const line = (path: string) => cleanLine(text(path) ?? '') || null;
    return [
      {
        remote_id: resource.id,
        user_name: userName,
        user_name_folded: storedName(userName),
        email,
        email_folded: email && storedName(email),
        display_name: line('displayName') ?? line('name.formatted'),
        firstname: line('name.givenName'),
        lastname: line('name.familyName'),
        active: String(resource.active ?? true).toLowerCase() !== 'false',
        resource,
        match_keys: matchKeysOf(resource, context.matchTargets),
        read_at: readAt,
      },
    ];
  });
  // Two rows of one id on one page would make the statement fail: the last one counts.
  const unique = [...new Map(rows.map((row) => [row.remote_id, row])).values()];
  await tx.$executeRaw`
    INSERT INTO remote_accounts (application_id, remote_id, user_name, user_name_folded, email, email_folded, display_name, firstname, lastname,
      active, resource, match_keys, read_at, reading_id, dry_run_id)
    SELECT ${context.application.id}::uuid, r.remote_id, r.user_name, r.user_name_folded, r.email, r.email_folded, r.display_name, r.firstname, r.lastname,
      r.active, r.resource,
      ARRAY(SELECT jsonb_array_elements_text(r.match_keys)), r.read_at, ${readingId}::uuid, ${dryRunId}::uuid
    FROM jsonb_to_recordset(${JSON.stringify(unique)}::jsonb) AS r(
      remote_id text, user_name text, user_name_folded text, email text, email_folded text, display_name text, firstname text, lastname text, active boolean,
      resource jsonb, match_keys jsonb, read_at timestamptz)
    ON CONFLICT (application_id, remote_id) DO UPDATE SET user_name = EXCLUDED.user_name, user_name_folded = EXCLUDED.user_name_folded,
      email = EXCLUDED.email, email_folded = EXCLUDED.email_folded,
      display_name = EXCLUDED.display_name, firstname = EXCLUDED.firstname, lastname = EXCLUDED.lastname,
      active = EXCLUDED.active, resource = EXCLUDED.resource, match_keys = EXCLUDED.match_keys, read_at = EXCLUDED.read_at,
      reading_id = coalesce(EXCLUDED.reading_id, remote_accounts.reading_id),
      dry_run_id = coalesce(EXCLUDED.dry_run_id, remote_accounts.dry_run_id)`;
  return unique.length;
}

function textOf(value: unknown): string | null {
  return value === undefined || value === null || value === '' ? null : String(value);
}
