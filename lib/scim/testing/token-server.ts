import { startHttp, type TestServer } from '@/lib/http/testing/server';

export interface TokenRequestReceived {
  authorization: string | undefined;
  form: Record<string, string>;
}

export interface TokenServerAnswer {
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
}

/**
 * A token endpoint (RFC 6749 §3.2) that issues access-1, access-2, …, for an hour each.
 * @param bend answers in place of the good behaviour; undefined leaves the request to it
 */
export async function startTokenServer(
  bend: (received: TokenRequestReceived, count: number) => TokenServerAnswer | undefined = () => undefined,
): Promise<TestServer & { received: TokenRequestReceived[] }> {
  const received: TokenRequestReceived[] = [];
  const server = await startHttp((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const form = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()));
      const entry = { authorization: request.headers.authorization, form };
      received.push(entry);
      const good = { access_token: `access-${received.length}`, token_type: 'Bearer', expires_in: 3_600 };
      const { status = 200, headers = {}, body = good } = bend(entry, received.length) ?? {};
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  });
  return { ...server, url: `${server.url}/oauth2/token`, received };
}
