import type { IncomingMessage, ServerResponse } from 'node:http';
import { apiPrefix, handleApi } from '@/lib/api/handle';
import { clientAddressOf } from '@/lib/auth/request-info';
import { publicOrigin } from '@/lib/core/origin';

/**
 * Whether a request is for the operations of the HTTP API, and is answered here, past Next. Its description is a file of the
 * console; a path that ends with a slash is Next's to redirect.
 */
export function isApi({ url = '' }: Pick<IncomingMessage, 'url'>): boolean {
  const path = url.split('?', 1)[0] ?? '';
  return path.startsWith(`${apiPrefix}/`) && path !== `${apiPrefix}/openapi.json` && !path.endsWith('/');
}

/** Answers one request. @param request whole, with its body at hand (lib/web/receive-body.ts) */
export async function answerApi(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  const origin = publicOrigin();
  const { method = 'GET', url = '/' } = request;
  const answer = await handleApi(
    new Request(`${origin}${url}`, {
      method,
      headers,
      ...(method === 'GET' || method === 'HEAD' ? {} : { body: await bytesOf(request) }),
    }),
    { origin, clientAddress: clientAddressOf(headers) },
  );
  // All of it is there at once: nothing that the API answers is a stream.
  const body = Buffer.from(await answer.arrayBuffer());
  for (const [name, value] of answer.headers) response.setHeader(name, value);
  if (answer.status !== 204) response.setHeader('content-length', body.length);
  response.writeHead(answer.status).end(method === 'HEAD' ? undefined : body);
}

async function bytesOf(request: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}
