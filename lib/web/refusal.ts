import type { IncomingMessage, ServerResponse } from 'node:http';
import { problemTitles, toProblem } from '@/lib/api/problem';
import type { ErrorCode } from '@/lib/core/errors';
import { type Failure, statusOf } from '@/lib/core/failure';
import { plainPage } from '@/lib/core/plain-page';
import { random128 } from '@/lib/crypto/random';
import { scimMediaType } from '@/lib/scim/server/names';
import { errorBody } from '@/lib/scim/server/scim-error';
import type { Face } from './rules';

/** What keeps a request from being passed on. */
export class Refusal extends Error {
  override name = 'Refusal';

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly options: {
      hint?: string;
      headers?: Record<string, string>;
      /** Where the code's own does not fit. */
      status?: number;
    } = {},
  ) {
    super(message);
  }

  get status(): number {
    return this.options.status ?? statusOf(this.code);
  }
}

/** Seconds after which to come again while the database is away. */
const retrySeconds = 5;

export function unavailable(): Refusal {
  return new Refusal('unavailable', 'Latchkey cannot reach its database at the moment.', {
    hint: 'It goes on by itself as soon as the database is back. Nothing has to be done here.',
    headers: { 'retry-after': String(retrySeconds) },
  });
}

/** Answers with the refusal, in the words that the path's callers understand. Only before headers were sent. */
export function answerRefusal(
  request: IncomingMessage,
  response: ServerResponse,
  face: Face,
  refusal: Refusal,
  origin: string,
): void {
  const { type, text, headers } = told(request, face, refusal, origin);
  response.writeHead(refusal.status, {
    'content-type': type,
    'cache-control': 'no-store',
    ...headers,
    ...refusal.options.headers,
    'content-length': Buffer.byteLength(text),
  });
  response.end(request.method === 'HEAD' ? undefined : text);
}

interface Told {
  type: string;
  text: string;
  headers?: Record<string, string>;
}

function told(request: IncomingMessage, face: Face, refusal: Refusal, origin: string): Told {
  const { hint } = refusal.options;
  // Told by status and headers; details are of refusals inside.
  const failure = { ok: false, code: refusal.code, message: refusal.message, ...(hint ? { hint } : {}) } as Failure;
  if (face === 'problem') {
    const problem = { ...toProblem(failure, origin), status: refusal.status };
    return { type: 'application/problem+json', text: JSON.stringify(problem) };
  }
  if (face === 'scim') {
    const detail = [refusal.message, hint].filter(Boolean).join(' ');
    return { type: scimMediaType, text: JSON.stringify(errorBody({ status: refusal.status, detail })) };
  }
  if (face === 'json') return { type: 'application/json', text: JSON.stringify(failure) };
  // Next's script shows a line of text to whoever called a server action; a page it could not use.
  if (face === 'text' || request.headers['next-action'] !== undefined) {
    return { type: 'text/plain; charset=utf-8', text: [refusal.message, hint].filter(Boolean).join(' ') };
  }
  // Only a GET can be sent again without asking: a sign-in that came by POST begins anew at the application.
  const again = refusal.code === 'unavailable' && request.method === 'GET';
  const { html, contentSecurityPolicy } = plainPage({
    title: refusal.code === 'unavailable' ? 'Latchkey is not available' : problemTitles[refusal.code],
    message: refusal.message,
    hint: face === 'saml' && !again ? 'Go back to the application and sign in again.' : hint,
    code: refusal.code,
    nonce: random128('base64'),
    ...(again
      ? {
          retrySeconds,
          more: `<p class="muted">This page asks again every ${retrySeconds} seconds. <a href="">Ask now</a></p>`,
        }
      : {}),
  });
  return {
    type: 'text/html; charset=utf-8',
    text: html,
    headers: { 'content-security-policy': contentSecurityPolicy },
  };
}
