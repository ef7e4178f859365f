import { storedName } from '@/lib/core/fold-name';
import { Prisma } from '@/lib/db/generated/client';

type Data = Record<string, unknown>;
interface Query {
  args: unknown;
  query: (args: never) => Promise<unknown>;
}

/**
 * Writes the folded form of a name along with the name, in whatever way the client is asked to write it, so that no
 * command has to think of it. Raw SQL does that by itself; the database refuses rows that never had one.
 */
export const foldedColumns = Prisma.defineExtension({
  name: 'folded-columns',
  query: {
    user: { $allOperations: folding({ username: 'usernameFolded', email: 'emailFolded' }) },
    group: { $allOperations: folding({ name: 'nameFolded' }) },
    applicationUser: { $allOperations: folding({ applicationUsername: 'applicationUsernameFolded' }) },
  },
});

/** @param columns the column of a name → the one of its folded form */
function folding(columns: Readonly<Record<string, string>>) {
  return ({ args, query }: Query) => {
    const changed = { ...(args as Data) };
    for (const key of ['data', 'create', 'update']) {
      const value = changed[key];
      if (Array.isArray(value)) changed[key] = value.map((row) => withFolded(row, columns));
      else if (value !== null && typeof value === 'object') changed[key] = withFolded(value as Data, columns);
    }
    return query(changed as never);
  };
}

function withFolded(row: Data, columns: Readonly<Record<string, string>>): Data {
  const folded = Object.entries(columns).flatMap(([column, target]) => {
    const value = written(row[column]);
    return value === undefined ? [] : [[target, typeof value === 'string' ? storedName(value) : value]];
  });
  return { ...row, ...Object.fromEntries(folded) };
}

/** A value may be written as it is, or as `{ set: value }`. */
function written(value: unknown): unknown {
  return value !== null && typeof value === 'object' && 'set' in value ? value.set : value;
}
