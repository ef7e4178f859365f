import { BlockList, isIPv4, isIPv6 } from 'node:net';

export type AddressKind =
  | 'public'
  | 'loopback'
  | 'private'
  | 'link-local'
  | 'carrier-grade NAT'
  | 'multicast'
  | 'reserved';

type Range = readonly [address: string, prefix: number, kind: AddressKind];

/** IANA's special-purpose IPv4 registry, the part that is not globally reachable. The first match decides. */
const ipv4Ranges: readonly Range[] = [
  ['127.0.0.0', 8, 'loopback'],
  ['10.0.0.0', 8, 'private'],
  ['172.16.0.0', 12, 'private'],
  ['192.168.0.0', 16, 'private'],
  ['169.254.0.0', 16, 'link-local'], // also where clouds answer with their metadata
  ['100.64.0.0', 10, 'carrier-grade NAT'],
  ['0.0.0.0', 8, 'reserved'], // this host: Linux connects to itself
  ['192.0.0.0', 24, 'reserved'],
  ['192.0.2.0', 24, 'reserved'],
  ['192.88.99.0', 24, 'reserved'],
  ['198.18.0.0', 15, 'reserved'],
  ['198.51.100.0', 24, 'reserved'],
  ['203.0.113.0', 24, 'reserved'],
  ['224.0.0.0', 4, 'multicast'],
  ['240.0.0.0', 4, 'reserved'],
];

/** Everything outside 2000::/3 is refused as reserved, so these only name it or carve out of 2000::/3. */
const ipv6Ranges: readonly Range[] = [
  ['::1', 128, 'loopback'],
  ['fc00::', 7, 'private'],
  ['fe80::', 10, 'link-local'],
  ['fec0::', 10, 'private'],
  ['ff00::', 8, 'multicast'],
  ['2001::', 23, 'reserved'], // Teredo and other protocol assignments
  ['2001:db8::', 32, 'reserved'],
  ['2002::', 16, 'reserved'], // 6to4 carries an IPv4 address
  ['3fff::', 20, 'reserved'],
  ['2000::', 3, 'public'],
];

const compiled = {
  ipv4: ipv4Ranges.map(compile('ipv4')),
  ipv6: ipv6Ranges.map(compile('ipv6')),
};

function compile(family: 'ipv4' | 'ipv6') {
  return ([address, prefix, kind]: Range) => {
    const list = new BlockList();
    list.addSubnet(address, prefix, family);
    return { list, kind };
  };
}

/**
 * What kind of address this is. IPv4 inside IPv6 (mapped ::ffff:0:0/96, NAT64 64:ff9b::/96) is judged by the IPv4
 * address, which is where the packet ends. What is no address at all counts as reserved.
 */
export function classifyAddress(address: string): AddressKind {
  const plain = address.split('%')[0] ?? '';
  if (isIPv4(plain)) return compiled.ipv4.find(({ list }) => list.check(plain, 'ipv4'))?.kind ?? 'public';
  if (!isIPv6(plain)) return 'reserved';
  const embedded = embeddedIpv4(plain);
  if (embedded) return classifyAddress(embedded);
  return compiled.ipv6.find(({ list }) => list.check(plain, 'ipv6'))?.kind ?? 'reserved';
}

function embeddedIpv4(address: string): string | undefined {
  // The URL parser is the shortest way to the one canonical spelling, `::ffff:a00:5`.
  const canonical = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const match = /^(?:::ffff:|64:ff9b::)(?:([0-9a-f]{1,4}):)?([0-9a-f]{1,4})$/.exec(canonical);
  if (!match) return undefined;
  const high = Number.parseInt(match[1] ?? '0', 16);
  const low = Number.parseInt(match[2] ?? '0', 16);
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}
