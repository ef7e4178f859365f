import type { Tx } from '@/lib/db/client';
import { enqueue } from '@/lib/queue/enqueue';

/** One more stretch of carrying out what was chosen for groups. */
export function enqueueGroups(tx: Tx, importId: string): Promise<void> {
  return enqueue(tx, 'import-groups', { importId }, { jobKey: `import-groups:${importId}` });
}
