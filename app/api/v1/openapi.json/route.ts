import { openApiDocument } from '@/lib/api/openapi';
import { publicOrigin } from '@/lib/core/origin';

export const dynamic = 'force-dynamic';

/** The description of the API, for tools: it holds nothing that is not in the source, and asks for no token. */
export function GET(): Response {
  return Response.json(openApiDocument(publicOrigin()), { headers: { 'cache-control': 'public, max-age=300' } });
}
