import { createServer } from 'node:http';
import next from 'next';
import { carriesSession } from '@/lib/auth/carries-session';
import { publicOrigin } from '@/lib/auth/cookies';
import { readConfig } from '@/lib/core/config';
import { explain } from '@/lib/core/explain';
import { probe } from '@/lib/db/probe';
import { flushRefusals } from '@/lib/events/record';
import { DatabaseWatch } from './database-watch';
import { createFront } from './server';

async function main(): Promise<void> {
  const { PORT: port, HOST: host = '127.0.0.1', LATCHKEY_TRUSTED_PROXIES: trustedProxies } = readConfig(process.env);
  const dev = process.env.NODE_ENV === 'development';
  let handler: ReturnType<ReturnType<typeof next>['getRequestHandler']> | undefined;
  const { server, stop } = createFront({
    origin: publicOrigin(),
    trustedProxies,
    dev,
    database: new DatabaseWatch(() => probe('SELECT 1')),
    carriesSession: ({ headers }) => carriesSession(headers.cookie),
    handler: async (request, response) => handler?.(request, response),
  });
  // Next takes an upgrade to a WebSocket from this server, and leaves it hanging where it has no use for it: in
  // production it has none, and an upgrade that nobody listens for is a request like any other.
  const app = next({ dev, hostname: host, port, httpServer: dev ? server : createServer() });
  // Where Next asks itself, for the page that an action leads to; it would believe the request otherwise.
  process.env.__NEXT_PRIVATE_ORIGIN = `http://${reachable(host)}:${port}`;
  await app.prepare();
  handler = app.getRequestHandler();
  server.once('error', fail);
  server.listen(port, host);

  const end = async () => {
    await stop();
    await app.close();
    await flushRefusals().catch(() => undefined);
    process.exit(0);
  };
  process.once('SIGTERM', () => void end().catch(fail));
  process.once('SIGINT', () => void end().catch(fail));
}

function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

function fail(error: unknown): void {
  console.error(explain(error));
  process.exit(1);
}

main().catch(fail);
