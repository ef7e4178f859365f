import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server as NetServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface TestServer {
  /** Without a trailing slash. */
  url: string;
  port: number;
  /** Sockets accepted so far. */
  connections: () => number;
  close(): Promise<void>;
}

/** A real HTTP server on a free port of 127.0.0.1. */
export function startHttp(listener: RequestListener): Promise<TestServer> {
  return listen(createServer(listener), 'http');
}

/** A server that handles bare sockets, for answers that node:http would never send. */
export function startTcp(listener: (socket: Socket) => void): Promise<TestServer> {
  return listen(createTcpServer(listener), 'http');
}

export function startHttps(listener: RequestListener, identity: { key: string; cert: string }): Promise<TestServer> {
  return listen(createTlsServer(identity, listener), 'https');
}

const certificateAuthority = `[ca]
default_ca = own
[own]
database = index
new_certs_dir = .
default_md = sha256
rand_serial = yes
policy = any
copy_extensions = copy
[any]
commonName = supplied
`;

/** A self-signed certificate (made by openssl). */
export async function makeCertificate(options: { dns?: string[]; ip?: string[]; expired?: boolean }) {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-test-'));
  const names = [
    ...(options.dns ?? []).map((name) => `DNS:${name}`),
    ...(options.ip ?? []).map((address) => `IP:${address}`),
  ];
  const [key, cert, request, config] = ['key', 'cert', 'request', 'config'].map((file) => join(folder, file));
  const openssl = (...args: (string | undefined)[]) =>
    promisify(execFile)(
      'openssl',
      args.filter((arg) => arg !== undefined),
      { cwd: folder },
    );
  const subject = ['-subj', '/CN=latchkey test', '-addext', `subjectAltName=${names.join(',')}`];
  const make = [
    'req',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-keyout',
    key,
    ...subject,
  ];
  try {
    if (options.expired) {
      await writeFile(config ?? '', certificateAuthority);
      await writeFile(join(folder, 'index'), '');
      await openssl(...make, '-out', request);
      const period = ['-startdate', '20200101000000Z', '-enddate', '20210101000000Z'];
      const sign = ['-selfsign', '-batch', '-notext', '-config', config, '-keyfile', key];
      await openssl('ca', ...sign, ...period, '-in', request, '-out', cert);
    } else {
      await openssl(...make, '-x509', '-days', '2', '-out', cert);
    }
    return { key: await readFile(key ?? '', 'utf8'), cert: await readFile(cert ?? '', 'utf8') };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function listen(server: Server | NetServer, protocol: 'http' | 'https'): Promise<TestServer> {
  const sockets = new Set<Socket>();
  let accepted = 0;
  server.on('connection', (socket: Socket) => {
    accepted += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${protocol}://127.0.0.1:${port}`,
    port,
    connections: () => accepted,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
