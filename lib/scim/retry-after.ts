/**
 * Retry-After in milliseconds (RFC 9110 §10.2.3): seconds, or an HTTP date. A date is compared with the server's own
 * `Date`, so that clocks that disagree make no difference; without one, with `now`.
 * @returns undefined when the header is absent or makes no sense; never negative, never shortened
 */
export function readRetryAfter(headers: Readonly<Record<string, string>>, now: Date): number | undefined {
  const text = headers['retry-after']?.trim();
  if (text === undefined || text === '') return undefined;
  if (/^\d+(\.\d+)?$/.test(text)) {
    const ms = Math.ceil(Number(text) * 1000);
    return Number.isSafeInteger(ms) ? ms : undefined;
  }
  // Date.parse takes much for a date, "-5" included; all three forms of HTTP dates begin with the day's name.
  if (!/^[A-Z][a-z]{2,8},? /.test(text)) return undefined;
  const at = Date.parse(/GMT$/.test(text) ? text : `${text} GMT`);
  if (Number.isNaN(at)) return undefined;
  const serverNow = Date.parse(headers.date ?? '');
  return Math.max(0, at - (Number.isNaN(serverNow) ? now.getTime() : serverNow));
}
