export const dynamic = 'force-dynamic';

/** Alive: the process answers. Asks nothing else, so that a database outage does not get web processes restarted. */
export function GET(): Response {
  return Response.json({ status: 'ok' }, { headers: { 'cache-control': 'no-store' } });
}
