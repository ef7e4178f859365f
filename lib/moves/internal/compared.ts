import { db, type Tx } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { doubtfulRows } from '@/lib/imports/undecided-rows';
import { sameBaseUrl } from '@/lib/provisioning/forget-accounts';
import type { ComparedAs, Comparison } from '../schema';

interface Compared {
  oldId: string;
  newId: string;
  importId: string;
  /** Both lead to one server: an account there is known by its id, whatever it is called. */
  isSameServer: boolean;
  /** Of these people alone, however many there are besides; absent: of all. */
  only?: readonly string[];
}

/** Whether both instances are connected to one and the same server. */
export async function leadToOneServer(tx: Tx, oldId: string, newId: string): Promise<boolean> {
  const rows = await tx.integration.findMany({ where: { applicationId: { in: [oldId, newId] } } });
  const [one, other] = rows;
  return one !== undefined && other !== undefined && sameBaseUrl(one.baseUrl, other.baseUrl);
}

/**
 * SQL: of everybody who has an account by the old instance, the link (`l.*`), `found` (the account that is theirs in the new one, null where none
 * is known) and `compared_as`. Theirs is what is linked already, what has the id that they had on the same server, or what the import of the new
 * instance matches with them and nobody else, under the same name. What a person has to choose is chosen, and confirmed, in that import.
 */
export function comparedLinks({ oldId, newId, importId, isSameServer, only }: Compared): Prisma.Sql {
  const those = (column: Prisma.Sql) => (only ? Prisma.sql`AND ${column} = ANY (${[...only]}::uuid[])` : Prisma.empty);
  const inDoubt = only ? Prisma.sql`AND ${doubtful(only)}` : Prisma.empty;
  const free = (row: Prisma.Sql) => Prisma.sql`NOT EXISTS (SELECT FROM user_links x
    WHERE x.application_id = ${newId}::uuid AND x.remote_id = ${row}.remote_id AND x.user_id <> l.user_id)`;
  return Prisma.sql`
    WITH matched AS MATERIALIZED (
      SELECT DISTINCT ON (r.user_id) r.user_id, r.remote_id FROM import_rows r
      WHERE r.import_id = ${importId}::uuid AND r.state = 'listed' AND r.match = 'exact' AND r.decision = 'link' AND r.choice_reason IS NULL
        ${those(Prisma.sql`r.user_id`)}
        AND NOT (${isSameServer} AND EXISTS (SELECT FROM user_links o
          WHERE o.application_id = ${oldId}::uuid AND o.remote_id = r.remote_id AND o.user_id <> r.user_id))
      ORDER BY r.user_id, r.remote_id),
    asked AS MATERIALIZED (
      SELECT DISTINCT unnest(r.candidate_ids) AS user_id FROM import_rows r
      WHERE r.import_id = ${importId}::uuid AND r.state = 'listed'
        AND (r.decision IS NULL OR r.decision = 'link' AND r.choice_reason IS NOT NULL) ${inDoubt})
    SELECT l.*, u.display_name, coalesce(n.remote_id, same.remote_id, m.remote_id) AS found, n.remote_id IS NOT NULL AS is_linked,
      CASE WHEN coalesce(n.remote_id, same.remote_id, m.remote_id) IS NOT NULL THEN 'there'
        WHEN a.user_id IS NOT NULL THEN 'undecided' ELSE 'missing' END AS compared_as
    FROM user_links l JOIN users u ON u.id = l.user_id AND u.purged_at IS NULL
    LEFT JOIN user_links n ON n.application_id = ${newId}::uuid AND n.user_id = l.user_id AND n.remote_id IS NOT NULL AND n.state <> 'deleted'
    LEFT JOIN import_rows same ON ${isSameServer} AND same.import_id = ${importId}::uuid AND same.remote_id = l.remote_id AND ${free(Prisma.sql`same`)}
    LEFT JOIN matched m ON m.user_id = l.user_id AND ${free(Prisma.sql`m`)}
    LEFT JOIN asked a ON a.user_id = l.user_id
    WHERE l.application_id = ${oldId}::uuid AND l.remote_id IS NOT NULL AND l.state <> 'deleted'
      ${those(Prisma.sql`l.user_id`)}`;
}

/** SQL over `import_rows r`: rows of which somebody had to choose among some people; found by their class, or by whom they are linked to. */
const doubtful = (ids: readonly string[]) => Prisma.sql`((${doubtfulRows} AND r.candidate_ids && ${[...ids]}::uuid[])
  OR (r.user_id = ANY (${[...ids]}::uuid[]) AND r.match = 'exact'))`;

/** The names of how many are told of each. */
const namesTold = 20;

/** Counts all, in one statement. */
export async function readComparison(compared: Compared, tx: Tx = db): Promise<Comparison> {
  const rows = await tx.$queryRaw<{ comparedAs: ComparedAs; count: number; names: string[] }[]>`
    SELECT compared_as AS "comparedAs", count(*)::int AS count,
      (array_agg(display_name ORDER BY name_key, user_id) FILTER (WHERE place <= ${namesTold})) AS names
    FROM (SELECT *, row_number() OVER (PARTITION BY compared_as ORDER BY name_key, user_id) AS place
      FROM (${comparedLinks(compared)}) links) placed GROUP BY compared_as`;
  const of = (asked: ComparedAs) => {
    const { count = 0, names = [] } = rows.find(({ comparedAs }) => comparedAs === asked) ?? {};
    return { count, names };
  };
  return { there: of('there'), undecided: of('undecided'), missing: of('missing') };
}
