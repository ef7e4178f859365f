import { BlockList, isIP } from 'node:net';

/**
 * Makes what tells whether an address is in one of these networks. What is no address is in none.
 * @param entries IPv4 and IPv6: addresses, and networks in CIDR notation
 */
export function networkList(entries: readonly string[]): (address: string) => boolean {
  const lists = { ipv4: new BlockList(), ipv6: new BlockList() };
  for (const entry of entries) {
    const [address = '', prefix] = entry.split('/');
    const family = familyOf(address) ?? 'ipv6';
    if (prefix === undefined) lists[family].addAddress(address, family);
    else lists[family].addSubnet(address, Number(prefix), family);
  }
  return (address) => {
    const family = familyOf(address);
    // Apart, or a network of IPv6 would be compared with addresses of IPv4 as if these were mapped into it.
    return family !== undefined && lists[family].check(address, family);
  };
}

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  const version = isIP(address);
  if (version === 0) return undefined;
  return version === 4 ? 'ipv4' : 'ipv6';
}

/** The smallest network that a customer has an address in: of IPv4 the address itself, of IPv6 its /64, in which devices change theirs. */
export function networkOf(address: string): string | undefined {
  const family = familyOf(address);
  if (family === undefined) return undefined;
  if (family === 'ipv4') return `${address}/32`;
  const [before = '', after] = address.split('::');
  const groups = before.split(':').filter(Boolean);
  const missing = after === undefined ? 0 : 8 - groups.length - after.split(':').filter(Boolean).length;
  const first = [...groups, ...Array<string>(missing).fill('0'), ...(after ?? '').split(':')].slice(0, 4);
  return `${new URL(`http://[${first.join(':')}::]/`).hostname.slice(1, -1)}/64`;
}
