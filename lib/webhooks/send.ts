import { STATUS_CODES } from 'node:http';
import { HttpError } from '@/lib/http/errors';
import { outgoingHttp } from '@/lib/http/outgoing';
import { readRetryAfter } from '@/lib/scim/retry-after';
import { signatureHeaders } from './sign';
import { tellableUrl } from './tellable-url';

/** From the call to the end of the answer, in milliseconds. */
const longestMs = 10_000;
/** Of the answer. Nothing in it is kept: it could hold anything, from anywhere in the receiver's network. */
const maxAnswerBytes = 64 * 1024;
const maxErrorLength = 500;

export interface Outgoing {
  id: string;
  url: string;
  secret: string;
  body: string;
  /** From the call to the end of the answer. Default 10,000. */
  timeoutMs?: number;
}

/** How one attempt went. */
export interface Attempt {
  accepted: boolean;
  /** Nothing came within the time that there is. */
  hangs: boolean;
  /** Null where no answer came. */
  status: number | null;
  /** Why it was not accepted: for people, free of secrets. */
  error: string | null;
  /** How long the receiver asks to wait (429 and 503 only), in milliseconds. */
  retryAfterMs: number | undefined;
  durationMs: number;
}

/** Sends one message, signed. Any 2xx accepts it; the status line decides, whatever comes behind it. Never throws for the network's sake. */
export async function sendMessage(message: Outgoing): Promise<Attempt> {
  const started = performance.now();
  const outcome = await post(message).catch((error: unknown) => {
    if (error instanceof HttpError)
      return { status: error.status ?? null, error: wordsFor(error, message.url), headers: {}, code: error.code };
    throw error;
  });
  const { status, headers, code } = outcome;
  const accepted = status !== null && status >= 200 && status < 300;
  const asksToWait = status === 429 || status === 503;
  return {
    accepted,
    hangs: status === null && code === 'timeout',
    status,
    error: accepted ? null : (outcome.error ?? answered(status)).slice(0, maxErrorLength),
    retryAfterMs: asksToWait ? readRetryAfter(headers, new Date()) : undefined,
    durationMs: Math.round(performance.now() - started),
  };
}

async function post({ id, url, secret, body, timeoutMs = longestMs }: Outgoing) {
  const { status, headers } = await outgoingHttp().request({
    url,
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'user-agent': 'Latchkey-Webhooks/1',
      ...signatureHeaders(secret, id, new Date(), body),
    },
    body,
    timeoutMs,
    maxBytes: maxAnswerBytes,
  });
  return { status: status as number | null, headers, error: undefined, code: undefined };
}

/** Where a receiver redirects to is told like any address of a receiver. */
function wordsFor({ code, message, location = '' }: HttpError, url: string): string {
  if (code !== 'redirect') return message;
  const to = URL.canParse(location, url) ? tellableUrl(new URL(location, url).href) : 'nowhere';
  return `${new URL(url).host} redirects to ${to}; redirects are not followed`;
}

function answered(status: number | null): string {
  const words = STATUS_CODES[status ?? 0];
  return `The receiver answered ${status}${words ? ` ${words}` : ''}.`;
}
