import { handleApi } from '@/lib/api/handle';
import { clientAddressOf } from '@/lib/auth/request-info';
import { publicOrigin } from '@/lib/core/origin';

export const dynamic = 'force-dynamic';

/** The HTTP API: its operations, their permissions and schemas stand in lib/api. */
const answer = (request: Request): Promise<Response> =>
  handleApi(request, { origin: publicOrigin(), clientAddress: clientAddressOf(request.headers) });

export { answer as DELETE, answer as GET, answer as PATCH, answer as POST, answer as PUT };
