import type { IncomingHttpHeaders } from 'node:http';
import { isIP, isIPv4 } from 'node:net';
import { networkList } from '@/lib/http/network-list';

/** Who sent a request, and what it was sent to, before any proxy. */
export interface Caller {
  /** IPv4 or IPv6 in its shortest spelling, without port or zone. */
  address: string;
  /** What the browser's address bar shows; undefined where the request names none. */
  host: string | undefined;
  /** Only when a proxy that is trusted says it. */
  protocol: 'http' | 'https' | undefined;
}

/**
 * Makes the one place that decides who a caller is. What stands in X-Forwarded-For, -Host and -Proto is anybody's claim
 * unless the peer is a trusted proxy. Every proxy adds the address that it saw at the right end of X-Forwarded-For: from
 * there, the first one that is no proxy of ours is the caller; whatever stands left of it is a claim again.
 * @param trustedProxies addresses and networks in CIDR notation
 */
export function callerReader(
  trustedProxies: readonly string[],
): (peer: string | undefined, headers: IncomingHttpHeaders) => Caller {
  const isTrusted = networkList(trustedProxies);

  return (peer, headers) => {
    const nearest = canonical(peer ?? '');
    // A peer that has gone has no address any more; nobody will read the answer.
    if (nearest === undefined) return { address: 'unknown', host: headers.host, protocol: undefined };
    if (!isTrusted(nearest)) return { address: nearest, host: headers.host, protocol: undefined };
    const protocol = lastOf(headers['x-forwarded-proto'])?.toLowerCase();
    return {
      address: beyond(nearest, headers['x-forwarded-for'], isTrusted),
      host: lastOf(headers['x-forwarded-host']) ?? headers.host,
      protocol: protocol === 'https' || protocol === 'http' ? protocol : undefined,
    };
  };
}

/** Goes from proxy to proxy, from the nearest on, as far as each is trusted to say who came to it. */
function beyond(nearest: string, forwardedFor: string | string[] | undefined, isTrusted: (address: string) => boolean) {
  const claimed = entriesOf(forwardedFor);
  let address = nearest;
  while (isTrusted(address)) {
    const next = claimed.pop();
    const known = next === undefined ? undefined : canonical(next);
    // `unknown`, an obfuscated name, or nothing: the last proxy that can be named counts.
    if (known === undefined) return address;
    address = known;
  }
  return address;
}

function entriesOf(value: string | string[] | undefined): string[] {
  return [value ?? []]
    .flat()
    .flatMap((line) => line.split(','))
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

function lastOf(value: string | string[] | undefined): string | undefined {
  return entriesOf(value).at(-1);
}

/** One spelling for each address: `::ffff:10.0.0.5`, `10.0.0.5:4711` and `[::1]:80` are written in other ways elsewhere. */
function canonical(written: string): string | undefined {
  const bare = /^\[([^\]]*)\](?::\d+)?$/.exec(written)?.[1] ?? /^([\d.]+):\d+$/.exec(written)?.[1] ?? written;
  const address = bare.split('%')[0] ?? '';
  if (isIP(address) === 0) return undefined;
  if (isIPv4(address)) return address;
  const shortest = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(shortest);
  if (!mapped) return shortest;
  const [high, low] = [Number.parseInt(mapped[1] ?? '0', 16), Number.parseInt(mapped[2] ?? '0', 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}
