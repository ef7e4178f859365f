import { origin } from './environment';

/** The token that the product was started with (LATCHKEY_API_TOKEN). */
export const apiToken = process.env.LATCHKEY_API_TOKEN ?? '';

export interface ApiAnswer {
  status: number;
  headers: Headers;
  body: unknown;
}

/** Calls the HTTP API of the running product. @param headers beside token and media type */
export async function api(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
  token = apiToken,
): Promise<ApiAnswer> {
  const response = await fetch(`${origin}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json');
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}
