import { openApiText } from '@/lib/api/openapi-text';
import { publicOrigin } from '@/lib/core/origin';

export const dynamic = 'force-dynamic';

/** The description of the API, for tools: it holds nothing that is not in the source, and asks for no token. */
export function GET(): Response {
  const headers = { 'content-type': 'application/json', 'cache-control': 'public, max-age=300' };
  return new Response(openApiText(publicOrigin()), { headers });
}
