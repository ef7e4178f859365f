import { readConfig } from '../lib/core/config';
import { claimDataFolder } from './data-folder';
import { main, openDatabase } from './launch';
import { Services } from './services';

const services = new Services((line) => console.log(line));

await main(services, async () => {
  const config = readConfig(process.env);
  const dataDir = config.DATABASE_URL ? '' : claimDataFolder(config.LATCHKEY_DATA_DIR, services).path;
  await openDatabase(config, dataDir, services);
  console.log('The database is up to date.');
  await services.stop();
});
