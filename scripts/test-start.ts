import { join } from 'node:path';
import { claimDataFolder } from './data-folder';
import { startEmbeddedPostgres } from './embedded-postgres';
import { main } from './launch';
import { Services } from './services';

// For tests: what every start does with a data folder, without the product on top. Says where its database is, and stays.
const services = new Services((line) => console.error(line));

await main(services, async () => {
  const { path } = claimDataFolder(process.argv[2] ?? '', services);
  const database = await startEmbeddedPostgres(join(path, 'postgres'), { disposable: true });
  services.keepDatabase(database);
  console.log(database.url);
});
setInterval(() => {}, 60_000);
