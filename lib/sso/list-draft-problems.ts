import type { SsoDraft } from '@/lib/applications/schema';
import type { Tx } from '@/lib/db/client';
import { listCustomAttributes } from '@/lib/directory/attribute-definitions';
import { checkNameId } from './check-name-id';
import { checkSources } from './check-sources';
import type { SsoProblem } from './schema';

/** What keeps settings from being active besides what is missing: how NameID and attributes are made of people. */
export async function listDraftProblems(
  tx: Tx,
  application: { id: string; usernameFormat: string },
  draft: SsoDraft,
): Promise<SsoProblem[]> {
  const sources = checkSources(draft, await listCustomAttributes(tx));
  return sources.some(({ field }) => field.startsWith('settings.nameIdSource'))
    ? sources
    : [...sources, ...(await checkNameId(tx, application, draft))];
}
