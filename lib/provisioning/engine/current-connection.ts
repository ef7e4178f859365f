import { runStatement } from '@/lib/db/statement';
import { pauseKey } from '@/lib/settings/provisioning-pause';
import { type Connection, findConnection } from '../connection';

/** $1 application. Another text after every change of what a connection is made of, and when all provisioning is paused. */
const versionOf = {
  name: 'version-of-connection',
  text: `
    SELECT concat_ws(' ', a.xmin, i.xmin, (SELECT concat('paused ', s.xmin) FROM settings s WHERE s.key = '${pauseKey}'),
      (SELECT concat(count(*), '/', max(m.xmin::text::bigint)) FROM attribute_mappings m WHERE m.application_id = a.id),
      (SELECT concat(count(*), '/', max(t.xmin::text::bigint)) FROM target_attributes t WHERE t.application_id = a.id)) AS version
    FROM applications a JOIN integrations i ON i.application_id = a.id WHERE a.id = $1::uuid`,
};

interface Known {
  version: string;
  connection: Connection | undefined;
}

/** Of the applications that were worked on last, so that a stretch does not read anew what the one before it knew. */
const latest = new Map<string, Known>();
const mostKnown = 50;

/**
 * The connection of an application as it is now; read anew only when something of it has changed, which is asked in one statement.
 */
export async function currentConnection(applicationId: string): Promise<Connection | undefined> {
  const [row] = await runStatement<{ version: string }>(versionOf, [applicationId]);
  let known = latest.get(applicationId);
  latest.delete(applicationId);
  if (!row) return undefined;
  if (known?.version !== row.version) {
    known = { version: row.version, connection: await findConnection(applicationId) };
  }
  latest.set(applicationId, known);
  const [oldest] = latest.keys();
  if (latest.size > mostKnown && oldest) latest.delete(oldest);
  return known.connection;
}
