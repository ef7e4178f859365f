import { createServer } from 'node:net';

/** @returns the system's code for what is in the way, undefined when nothing is */
function tryListening(port: number, host: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

/**
 * Whether a port can be listened on and nobody else answers there under the same name.
 * @param host the address that will be listened on; for loopback both of its addresses are asked, because
 * `localhost` in a browser may lead to either
 * @returns the system's code for what is in the way (`EADDRINUSE`), undefined when nothing is
 */
export async function listenProblem(port: number, host: string): Promise<string | undefined> {
  const own = await tryListening(port, host);
  if (own !== undefined || host !== '127.0.0.1') return own;
  // Only "in use" counts: a machine without IPv6 has no ::1 that could be taken.
  const other = await tryListening(port, '::1');
  return other === 'EADDRINUSE' ? other : undefined;
}

/** True when {@link listenProblem} finds none. */
export async function isPortFree(port: number, host: string): Promise<boolean> {
  return (await listenProblem(port, host)) === undefined;
}

/** The first free port from `first` on. @param taken ports that are spoken for although nobody listens yet */
export async function firstFreePort(first: number, host: string, taken: readonly number[] = []): Promise<number> {
  for (let port = first; port < Math.min(first + 200, 65_536); port += 1) {
    if (!taken.includes(port) && (await isPortFree(port, host))) return port;
  }
  throw new Error(`No free port between ${first} and ${first + 199} on ${host}.`);
}

/** A free port of the system's choice. */
export function anyFreePort(host = '127.0.0.1'): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, host, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
