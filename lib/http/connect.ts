import { lookup as dnsLookup } from 'node:dns/promises';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { HttpError, type HttpErrorCode } from '@/lib/http/errors';
import { pinOf } from '@/lib/http/pin';
import { checkAddress, type TargetPolicy } from '@/lib/http/targets';

/** Names to addresses; rejects as node:dns does. */
export type Lookup = (hostname: string) => Promise<readonly { address: string }[]>;

export interface ConnectTarget {
  /** Without brackets, lower case. */
  hostname: string;
  port: number;
  secure: boolean;
}

export interface ConnectOptions {
  policy: TargetPolicy;
  lookup: Lookup;
  /** Limit per address and phase (TCP, then TLS), in milliseconds. */
  timeoutMs: number;
  /** Certificates (PEM) trusted instead of the system's. */
  ca?: string;
  /** How one host alone is known; others are as told above. */
  trust?: HostTrust;
}

/** By which certificate one host is known: of these authorities alone (PEM), or by the SHA-256 of its key (SPKI, Base64), whoever issued it. */
export type HostTrust = { hostname: string } & ({ ca: string } | { pin: string });

export interface Connection {
  socket: Socket | TLSSocket;
  address: string;
  resolveMs: number;
  connectMs: number;
  /** Absent for plain http. */
  tlsMs?: number;
}

/** At most this many addresses of a name are tried. */
const maxAddresses = 4;

/** The system's resolver: all addresses, in its own order. */
export const systemLookup: Lookup = (hostname) => dnsLookup(hostname, { all: true, order: 'verbatim' });

/**
 * Resolves, checks every address against the policy, and connects to the very address that was checked, so that a name
 * that changes its answer between check and use (DNS rebinding) gains nothing.
 * @throws HttpError target_not_allowed, invalid_url, dns, connect, timeout or tls; never with requestSent
 */
export async function openConnection(target: ConnectTarget, options: ConnectOptions): Promise<Connection> {
  const started = performance.now();
  const addresses = await allowedAddresses(target, options);
  const resolveMs = performance.now() - started;
  let failure: unknown;
  for (const address of addresses) {
    try {
      const connectStarted = performance.now();
      const tcp = await openTcp(target, address, options.timeoutMs);
      const connectMs = performance.now() - connectStarted;
      if (!target.secure) return { socket: tcp, address, resolveMs, connectMs };
      const tlsStarted = performance.now();
      const socket = await openTls(target, tcp, options);
      return { socket, address, resolveMs, connectMs, tlsMs: performance.now() - tlsStarted };
    } catch (error) {
      failure = error;
      // A certificate that does not fit is an answer; only an address that cannot be reached makes us try the next.
      if (error instanceof HttpError && error.code === 'tls') throw error;
    }
  }
  throw failure;
}

async function allowedAddresses(target: ConnectTarget, options: ConnectOptions): Promise<string[]> {
  const found = isIP(target.hostname) === 0 ? await resolve(target.hostname, options.lookup) : [target.hostname];
  const allowed: string[] = [];
  let refusal: unknown;
  for (const address of found.slice(0, maxAddresses)) {
    try {
      checkAddress(target, address, options.policy);
      allowed.push(address);
    } catch (error) {
      refusal ??= error;
    }
  }
  if (allowed.length === 0) throw refusal;
  return allowed;
}

async function resolve(hostname: string, lookup: Lookup): Promise<string[]> {
  let addresses: string[];
  try {
    addresses = (await lookup(hostname)).map(({ address }) => address);
  } catch (error) {
    const temporary = codeOf(error) === 'EAI_AGAIN' || codeOf(error) === 'ETIMEOUT';
    throw failed(
      'dns',
      temporary ? `The name server did not answer for ${hostname}` : `There is no host named ${hostname} (DNS)`,
      error,
    );
  }
  if (addresses.length === 0) throw failed('dns', `There is no address for ${hostname} (DNS)`);
  return addresses;
}

function openTcp(target: ConnectTarget, address: string, timeoutMs: number): Promise<Socket> {
  const place = `${target.hostname}:${target.port}`;
  return new Promise((resolvePromise, reject) => {
    const socket = connectTcp({ host: address, port: target.port, noDelay: true, keepAlive: true });
    const timer = setTimeout(() => {
      socket.destroy();
      reject(failed('timeout', `${place} did not accept a connection within ${timeoutMs / 1000} s`));
    }, timeoutMs);
    socket.once('connect', () => {
      clearTimeout(timer);
      resolvePromise(socket);
    });
    // Stays attached: between here and the pool taking over, an error without a listener would end the process.
    socket.on('error', (error) => {
      clearTimeout(timer);
      reject(failed('connect', `${place} cannot be reached: ${connectProblem(error)}`, error));
    });
  });
}

function openTls(target: ConnectTarget, socket: Socket, options: ConnectOptions): Promise<TLSSocket> {
  const trust = options.trust?.hostname === target.hostname ? options.trust : undefined;
  const pin = trust && 'pin' in trust ? trust.pin : undefined;
  const ca = trust && 'ca' in trust ? trust.ca : options.ca;
  return new Promise((resolvePromise, reject) => {
    const tls = connectTls({
      socket,
      host: target.hostname,
      ...(isIP(target.hostname) === 0 ? { servername: target.hostname } : {}),
      ...(ca === undefined ? {} : { ca }),
      // A pinned key says who it is; that it is the right one is looked at before anything is sent.
      ...(pin === undefined ? {} : { rejectUnauthorized: false }),
      minVersion: 'TLSv1.2',
      ALPNProtocols: ['http/1.1'],
    });
    const fail = (error: HttpError) => {
      clearTimeout(timer);
      tls.destroy();
      socket.destroy();
      reject(error);
    };
    const timer = setTimeout(() => {
      fail(failed('tls', `${target.hostname} did not finish the TLS handshake within ${options.timeoutMs / 1000} s`));
    }, options.timeoutMs);
    tls.once('secureConnect', () => {
      const problem = pin === undefined ? undefined : pinProblem(target.hostname, tls, pin);
      if (problem) return fail(failed('tls', problem));
      clearTimeout(timer);
      resolvePromise(tls);
    });
    tls.once('close', () => fail(failed('tls', `${target.hostname} closed the connection during the TLS handshake`)));
    tls.on('error', (error) => fail(failed('tls', tlsProblem(target.hostname, error, trust !== undefined), error)));
  });
}

/** No way leads from the certificate to an authority that is trusted. */
const isUntrusted = (code: string) =>
  code === 'DEPTH_ZERO_SELF_SIGNED_CERT' || code === 'SELF_SIGNED_CERT_IN_CHAIN' || code.startsWith('UNABLE_TO_');

function connectProblem(error: unknown): string {
  const code = codeOf(error);
  if (code === 'ECONNREFUSED') return 'connection refused';
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH') return 'no route to it';
  if (code === 'ETIMEDOUT') return 'no answer';
  if (code === 'ECONNRESET') return 'connection reset';
  return code ?? 'connection failed';
}

/** Why a server is not the one whose key is pinned; undefined: it is. */
function pinProblem(hostname: string, tls: TLSSocket, pin: string): string | undefined {
  const certificate = tls.getPeerX509Certificate();
  if (!certificate) return `${hostname} presents no certificate`;
  const key = pinOf(certificate);
  if (key !== pin) return `${hostname} presents another certificate than the pinned one: the hash of its key is ${key}`;
  const isOver = Date.parse(certificate.validTo) < Date.now();
  return isOver ? `The certificate of ${hostname} has expired` : undefined;
}

function tlsProblem(hostname: string, error: unknown, hasOwnAuthority: boolean): string {
  const code = codeOf(error) ?? '';
  if (hasOwnAuthority && isUntrusted(code)) {
    return `The certificate of ${hostname} is not one of the connection’s own authority`;
  }
  if (code === 'CERT_HAS_EXPIRED') return `The certificate of ${hostname} has expired`;
  if (code === 'CERT_NOT_YET_VALID') return `The certificate of ${hostname} is not valid yet`;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return `The certificate of ${hostname} is for another name`;
  if (code === 'DEPTH_ZERO_SELF_SIGNED_CERT' || code === 'SELF_SIGNED_CERT_IN_CHAIN') {
    return `The certificate of ${hostname} is self-signed or from an authority that is not trusted here`;
  }
  if (code.startsWith('UNABLE_TO_')) {
    return `The certificate of ${hostname} cannot be traced to a trusted authority (is its chain complete?)`;
  }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_')) return `${hostname} does not speak a usable TLS on this port`;
  if (code === 'ECONNRESET') return `${hostname} closed the connection during the TLS handshake`;
  return `TLS with ${hostname} failed${code === '' ? '' : ` (${code})`}`;
}

function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

function failed(code: HttpErrorCode, message: string, cause?: unknown): HttpError {
  return new HttpError(code, message, { requestSent: false, cause });
}
