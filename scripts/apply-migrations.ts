import { StartRefused } from '../lib/core/explain';
import { migrate } from '../lib/db/migrations';
import { explainDatabase } from './explain-database';
import { runScriptWork } from './run-script';

// A process of its own: what migrating needs would stay in the memory of the one that keeps all others running.
await runScriptWork(async () => {
  const applied = await migrate(process.env.DATABASE_URL ?? '').catch((error: unknown) => {
    throw new StartRefused(explainDatabase(error, process.argv[2] ?? 'The database'), { cause: error });
  });
  console.log(JSON.stringify(applied));
});
