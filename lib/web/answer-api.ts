import type { IncomingMessage, ServerResponse } from 'node:http';
import { apiPrefix, handleApi } from '@/lib/api/handle';
import { clientAddressOf } from '@/lib/auth/request-info';
import { publicOrigin } from '@/lib/core/origin';
import { handleScim } from '@/lib/inbound/endpoint';
import { scimPrefix } from '@/lib/inbound/schema';
import { wholeBody } from './receive-body';

/**
 * Whether a request is for the operations of the HTTP API, and is answered here, past Next. Its description is a file of the
 * console; a path that ends with a slash is Next's to redirect.
 */
export function isApi({ url = '' }: Pick<IncomingMessage, 'url'>): boolean {
  const path = url.split('?', 1)[0] ?? '';
  return path.startsWith(`${apiPrefix}/`) && path !== `${apiPrefix}/openapi.json` && !path.endsWith('/');
}

/** Whether a request is another directory's, by SCIM, and is answered here, too. */
export function isScim({ url = '' }: Pick<IncomingMessage, 'url'>): boolean {
  const path = url.split('?', 1)[0] ?? '';
  return path === scimPrefix || path.startsWith(`${scimPrefix}/`);
}

type Handle = (request: Request, options: { origin: string; clientAddress: string | null }) => Promise<Response>;

/** Answers one request to the HTTP API. @param request whole, with its body at hand (lib/web/receive-body.ts) */
export function answerApi(request: IncomingMessage, response: ServerResponse): Promise<void> {
  return answerBy(handleApi, request, response);
}

/** The same of inbound SCIM. */
export function answerScim(request: IncomingMessage, response: ServerResponse): Promise<void> {
  return answerBy(handleScim, request, response);
}

async function answerBy(handle: Handle, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  const origin = publicOrigin();
  const { method = 'GET', url = '/' } = request;
  const answer = await handle(
    new Request(`${origin}${url}`, {
      method,
      headers,
      ...(method === 'GET' || method === 'HEAD' ? {} : { body: await wholeBody(request) }),
    }),
    { origin, clientAddress: clientAddressOf(headers) },
  );
  // All of it is there at once: nothing that the API answers is a stream.
  const body = Buffer.from(await answer.arrayBuffer());
  for (const [name, value] of answer.headers) response.setHeader(name, value);
  if (answer.status !== 204) response.setHeader('content-length', body.length);
  response.writeHead(answer.status).end(method === 'HEAD' ? undefined : body);
}
