/** What a request says of itself: a header's value by its name in lower case. */
type HeaderOf = (name: string) => string | null | undefined;

/**
 * The status for whoever asks without meaning to go there: HEAD (previews of links, checks of health), and browsers that fetch or
 * render a page in advance. Nothing is received, answered or begun for them. @returns undefined for everybody else
 */
export function statusForOnlyLooking(method: string, headerOf: HeaderOf): 200 | 503 | undefined {
  if (method === 'HEAD') return 200;
  const purpose = headerOf('sec-purpose') ?? headerOf('purpose') ?? headerOf('x-moz') ?? '';
  // A browser that fetches in advance throws a failure away and asks again when the person goes there.
  return /^(?:prefetch|prerender|preview)\b/i.test(purpose.trim()) ? 503 : undefined;
}
