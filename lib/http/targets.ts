import { BlockList, isIP } from 'node:net';
import { classifyAddress } from '@/lib/http/addresses';
import { HttpError } from '@/lib/http/errors';

/** Private targets that may be reached all the same: `host`, `host:port`, an address, `address:port` or a CIDR. */
export type AllowList = readonly string[];

interface Entry {
  port: number | undefined;
  matchesName(hostname: string): boolean;
  matchesAddress(address: string): boolean;
}

export interface TargetPolicy {
  /** Whether this name and port are listed, whatever they resolve to. */
  allowsName(hostname: string, port: number): boolean;
  allowsAddress(address: string, port: number): boolean;
  /** Whether any entry speaks of addresses, so that a name can only be judged once it is resolved. */
  listsAddresses: boolean;
}

/**
 * Compiles an allow-list.
 * @throws HttpError invalid_url when an entry is neither a name, an address nor a CIDR
 */
export function createTargetPolicy(allowPrivateTargets: AllowList): TargetPolicy {
  const parsed = allowPrivateTargets.map((text) => parseEntry(text.trim()));
  const forPort = (port: number) => parsed.filter((entry) => entry.port === undefined || entry.port === port);
  return {
    allowsName: (hostname, port) => forPort(port).some((entry) => entry.matchesName(hostname)),
    allowsAddress: (address, port) => forPort(port).some((entry) => entry.matchesAddress(address)),
    listsAddresses: allowPrivateTargets.some((text) => text.includes('/') || isIP(splitPort(text.trim()).host) !== 0),
  };
}

/**
 * Checks what can be said about a URL without asking anybody: its form, its protocol, an address written out in it.
 * Meant for forms; names are judged again by what they resolve to, when a connection is opened.
 * @returns the parsed URL
 * @throws HttpError invalid_url or target_not_allowed, with a message to show at the field
 */
export function assertAllowedTarget(url: string, options: { allowPrivateTargets: AllowList }): URL {
  return assertAllowedUrl(url, createTargetPolicy(options.allowPrivateTargets));
}

/** {@link assertAllowedTarget} with a policy that is compiled already. */
export function assertAllowedUrl(text: string, policy: TargetPolicy): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const invalid = (message: string) => new HttpError('invalid_url', message, { requestSent: false });
  if (!url) {
    throw invalid(/^[a-z]+:\/\//i.test(text) ? 'This is not a URL' : 'This is not a URL; it must start with https://');
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw invalid('The URL must start with https://');
  if (url.username !== '' || url.password !== '') throw invalid('The URL must not contain a username or password');
  const placeholder = /\{[^}]*\}/.exec(text);
  if (placeholder) throw invalid(`Replace ${placeholder[0]} in the URL by its value`);
  const hostname = hostnameOf(url);
  const port = portOf(url);
  if (!/^[a-z0-9._-]+$/.test(hostname) && isIP(hostname) === 0) throw invalid('This is not a URL: no such host name');
  if (policy.allowsName(hostname, port)) return url;
  const isAddress = isIP(hostname) !== 0;
  const isLocalName = hostname === 'localhost' || hostname.endsWith('.localhost');
  if (isAddress || (isLocalName && !policy.listsAddresses)) {
    checkAddress({ hostname, port, secure: url.protocol === 'https:' }, isAddress ? hostname : '127.0.0.1', policy);
  } else if (url.protocol === 'http:' && !policy.listsAddresses) {
    throw invalid('The URL must start with https://');
  }
  return url;
}

/**
 * Judges one address that a target resolved to.
 * @throws HttpError target_not_allowed, or invalid_url for plain http to anything but an allowed private target
 */
export function checkAddress(
  target: { hostname: string; port: number; secure: boolean },
  address: string,
  policy: TargetPolicy,
): void {
  const kind = classifyAddress(address);
  const listed = policy.allowsName(target.hostname, target.port) || policy.allowsAddress(address, target.port);
  if (kind === 'public') {
    if (target.secure) return;
    throw new HttpError('invalid_url', 'The URL must start with https://', { requestSent: false });
  }
  if (listed) return;
  const subject = target.hostname === address ? address : `${target.hostname} (${address})`;
  const message =
    `${subject} is a ${kind} address; requests into private networks are refused. ` +
    `To allow this one, set LATCHKEY_ALLOW_PRIVATE_TARGETS to include ${target.hostname}`;
  throw new HttpError('target_not_allowed', message, { requestSent: false });
}

/** Lower case, without the brackets of IPv6 and without the root's dot. */
export function hostnameOf(url: URL): string {
  return normalizeHost(url.hostname);
}

export function portOf(url: URL): number {
  return url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
}

function normalizeHost(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
}

function splitPort(text: string): { host: string; port?: number } {
  const match = /^(\[[^\]]+\]|[^:]+):(\d{1,5})$/.exec(text);
  return match ? { host: normalizeHost(match[1] ?? ''), port: Number(match[2]) } : { host: normalizeHost(text) };
}

function parseEntry(text: string): Entry {
  const [network = '', prefix, ...more] = text.split('/');
  if (prefix !== undefined) {
    const family = isIP(network) === 6 ? 'ipv6' : 'ipv4';
    const bits = Number(prefix);
    const valid = isIP(network) !== 0 && /^\d+$/.test(prefix) && bits <= (family === 'ipv6' ? 128 : 32);
    if (!valid || more.length > 0) throw badEntry(text);
    const list = new BlockList();
    list.addSubnet(network, bits, family);
    return { port: undefined, matchesName: () => false, matchesAddress: (address) => contains(list, address) };
  }
  const { host, port } = splitPort(text);
  if (isIP(host) !== 0) {
    const list = new BlockList();
    list.addAddress(host, isIP(host) === 6 ? 'ipv6' : 'ipv4');
    return { port, matchesName: () => false, matchesAddress: (address) => contains(list, address) };
  }
  if (!/^[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?$/.test(host)) throw badEntry(text);
  return { port, matchesName: (hostname) => hostname === host, matchesAddress: () => false };
}

function contains(list: BlockList, address: string): boolean {
  return list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

function badEntry(text: string): HttpError {
  return new HttpError(
    'invalid_url',
    `LATCHKEY_ALLOW_PRIVATE_TARGETS: "${text}" is neither host, host:port, an address nor a CIDR`,
    { requestSent: false },
  );
}
