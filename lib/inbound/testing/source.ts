import { systemActor } from '@/lib/events/actor';
import { answerScim } from '@/lib/web/answer-api';
import { startFront } from '@/lib/web/testing/front';
import { createSource } from '../create-source';
import { createSourceToken } from '../create-source-token';
import { sourceValuesSchema } from '../schema';

export interface Reply {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks at what it expects to be there
  body: any;
}

export type Call = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Reply>;

/** The endpoint on a server of its own, over the wire. */
export async function startEndpoint() {
  const front = await startFront({ handler: answerScim });
  return { url: `${front.url}/scim/v2`, close: front.close };
}

/** A source with a token, and how it sends a request. */
export async function aSource(url: string, values: Partial<Parameters<typeof sourceValuesSchema.parse>[0]> & object) {
  const source = await createSource(systemActor, sourceValuesSchema.parse({ requestsPerMinute: 1_000_000, ...values }));
  const { token, tokenId } = await createSourceToken(systemActor, {
    sourceId: source.id,
    label: 'test',
    expiresAt: null,
  });
  return { id: source.id, tokenId, token, call: callWith(url, token) };
}

/** As any client of SCIM would send it. */
export function callWith(url: string, token: string | undefined): Call {
  return async (method, path, body, headers = {}) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        accept: 'application/scim+json',
        ...(body === undefined ? {} : { 'content-type': 'application/scim+json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : undefined };
  };
}

export const patchOp = (...Operations: unknown[]) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations,
});
