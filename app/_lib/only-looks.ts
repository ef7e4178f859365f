/**
 * Answers whoever asks without meaning to go there: HEAD (previews of links, checks of health), and browsers that fetch or
 * render a page in advance. Nothing is received, answered or begun for them. @returns undefined for everybody else
 */
export function answerToOnlyLooking({ method, headers }: Pick<Request, 'method' | 'headers'>): Response | undefined {
  const init = { headers: { 'cache-control': 'no-store' } };
  if (method === 'HEAD') return new Response(null, { status: 200, ...init });
  const purpose = headers.get('sec-purpose') ?? headers.get('purpose') ?? headers.get('x-moz') ?? '';
  // A browser that fetches in advance throws a failure away and asks again when the person goes there.
  return /^(?:prefetch|prerender|preview)\b/i.test(purpose.trim())
    ? new Response(null, { status: 503, ...init })
    : undefined;
}
