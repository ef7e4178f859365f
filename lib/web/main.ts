import { createServer } from 'node:http';
import next from 'next';
import { carriedSession } from '@/lib/auth/carried-session';
import { readConfig } from '@/lib/core/config';
import { explain } from '@/lib/core/explain';
import { publicOrigin } from '@/lib/core/origin';
import { valuesOf } from '@/lib/core/setting';
import { probe } from '@/lib/db/probe';
import { flushRefusals, recordRefusal } from '@/lib/events/record';
import { installationSettings } from '@/lib/settings/schema';
import { getSettings } from '@/lib/settings/settings';
import { answerApi, answerScim, isApi, isScim } from './answer-api';
import { answerSaml, isSaml } from './answer-saml';
import { takeBuiltSettings } from './built-settings';
import { DatabaseWatch } from './database-watch';
import { heldUpSignIn } from './held-up-sign-in';
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
    carriedSession: ({ headers }) => carriedSession(headers.cookie),
    requestsPerMinute: (who) => (who === 'session' ? mostOfSession : mostOfAddress()),
    onLimited: tellOfLimit,
    refusalOf: heldUpSignIn,
    // The API and SAML know nothing of Next, which costs more than most of what they do.
    handler: async (request, response) => {
      if (isApi(request)) return answerApi(request, response);
      if (isSaml(request)) return answerSaml(request, response);
      return isScim(request) ? answerScim(request, response) : handler?.(request, response);
    },
  });
  if (!dev) takeBuiltSettings([new URL(publicOrigin()).host]);
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

/** Several windows of a busy person have some hundred. */
const mostOfSession = 3_000;

let mostRead = valuesOf(installationSettings).strangerRequestsPerMinute;
/** As the settings said when they were last read: no request waits here for a database that does not answer. */
function mostOfAddress(): number {
  getSettings().then(
    (settings) => {
      mostRead = settings.strangerRequestsPerMinute;
    },
    () => undefined,
  );
  return mostRead;
}

function tellOfLimit(clientAddress: string): void {
  const refused = {
    name: 'request_limit' as const,
    actor: { id: null, name: 'Not known', clientAddress },
    code: 'rate_limited',
    message: 'Requests were refused because there were too many.',
  };
  recordRefusal(refused).catch((error: unknown) =>
    console.error('events:', error instanceof Error ? error.name : error),
  );
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
