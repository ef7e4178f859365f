/**
 * What stands for a client in a limit: an IPv4 address, or the /64 of an IPv6 address, which one subscriber has whole and
 * could otherwise use for 2^64 clients. Whatever is no address stands for itself, cut.
 * @param address as it was noted for the request; null where there is none
 */
export function addressKey(address: string | null): string {
  if (address === null) return 'unknown';
  const text = address.toLowerCase().replace(/%.*$/, '').slice(0, 64);
  const mapped = /^(?:0*:){0,5}:?ffff:(\d{1,3}(?:\.\d{1,3}){3})$/.exec(text)?.[1];
  if (mapped) return mapped;
  if (!text.includes(':')) return text;
  const [head = '', tail] = text.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array.from({ length: zeros }, () => '0'), ...after];
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}
