import { checkReadiness } from '@/lib/installation/readiness';

export const dynamic = 'force-dynamic';

/** Ready: 200 when everything that the product needs is there, 503 naming what is not. */
export async function GET(): Promise<Response> {
  const { ready, checks } = await checkReadiness();
  return Response.json(
    { status: ready ? 'ready' : 'not ready', checks },
    { status: ready ? 200 : 503, headers: { 'cache-control': 'no-store' } },
  );
}
