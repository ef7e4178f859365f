import { openApiText } from '@/lib/api/openapi-text';
import { publicOrigin } from '@/lib/core/origin';

export const dynamic = 'force-dynamic';

/** The description of the API, for tools: it holds nothing that is not in the source, and asks for no token. */
export async function GET(request: Request): Promise<Response> {
  const { json, gzipped } = openApiText(publicOrigin());
  const headers = {
    'content-type': 'application/json',
    'cache-control': 'public, max-age=300',
    vary: 'accept-encoding',
  };
  // Nobody is known to name it with a weight of nothing.
  const takesGzip = /\bgzip\b/i.test(request.headers.get('accept-encoding') ?? '');
  if (!takesGzip) return new Response(json, { headers });
  return new Response(new Uint8Array(await gzipped), { headers: { ...headers, 'content-encoding': 'gzip' } });
}
