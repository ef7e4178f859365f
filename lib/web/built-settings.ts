import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Built {
  config: { experimental: { serverActions: object } };
}

/**
 * Has Next take its settings as they were when the console was built, in the way in which it starts what it builds to stand alone. To read
 * next.config.ts again it would load its compiler: 14 MiB and a tenth of a second of each start.
 * @param allowedOrigins hosts whose pages may call server actions: what the environment says now, not what it said then
 */
export function takeBuiltSettings(allowedOrigins: readonly string[]): void {
  const { config } = JSON.parse(readFileSync(join('.next', 'required-server-files.json'), 'utf8')) as Built;
  const { experimental } = config;
  const serverActions = { ...experimental.serverActions, allowedOrigins };
  const settings = { ...config, experimental: { ...experimental, serverActions } };
  process.env.__NEXT_PRIVATE_STANDALONE_CONFIG = JSON.stringify(settings);
}
