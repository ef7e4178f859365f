import type { SsoDraft } from '@/lib/applications/schema';
import type { Tx } from '@/lib/db/client';
import { checkNameId } from './check-name-id';
import { checkSources } from './check-sources';
import type { SsoProblem } from './schema';

/** What keeps settings from being active besides what is missing: how NameID and attributes are made of people. */
export async function listDraftProblems(
  tx: Tx,
  application: { id: string; usernameFormat: string },
  draft: SsoDraft,
): Promise<SsoProblem[]> {
  const sources = checkSources(draft, await customAttributeNames(tx));
  return sources.some(({ field }) => field.startsWith('settings.nameIdSource'))
    ? sources
    : [...sources, ...(await checkNameId(tx, application, draft))];
}

/** Names of the directory's custom attributes. */
async function customAttributeNames(tx: Tx): Promise<string[]> {
  const rows = await tx.$queryRaw<{ name: string }[]>`
    SELECT DISTINCT jsonb_object_keys(custom_attributes) AS name FROM users WHERE deleted_at IS NULL`;
  return rows.map((row) => row.name);
}
