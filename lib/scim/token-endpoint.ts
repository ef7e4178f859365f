import type { HttpClient, HttpResponse } from '@/lib/http/client';
import { HttpError } from '@/lib/http/errors';
import type { appAuthentications } from './authentication';
import { hintForHttpError } from './connection-hints';
import { basicCredentials } from './credentials';
import type { ScimFailure } from './failure';
import { isRecord, parseJson } from './json';
import { createRedactor, type Redact } from './redact';
import { readRetryAfter } from './retry-after';

/** A request to a token endpoint (RFC 6749 §3.2), whatever its grant. */
export interface TokenRequest {
  tokenUrl: string;
  clientId: string;
  clientSecret: string;
  clientAuthentication: (typeof appAuthentications)[number];
  /** `grant_type` and what goes with it. What is empty is not sent. */
  parameters: Readonly<Record<string, string>>;
  /** Other values in it that are shown to nobody. */
  secrets?: readonly string[];
}

export interface IssuedToken {
  accessToken: string;
  /** Seconds from now; undefined where the server does not say. */
  expiresIn: number | undefined;
  /** A new one, where the server gave one. */
  refreshToken: string | undefined;
  /** It was issued earlier, perhaps to another process. */
  isKept?: true;
}

export type TokenAnswer = { ok: true; token: IssuedToken } | { ok: false; failure: ScimFailure };

/** A server that issues tokens is quick, and its answers are small. */
const timeoutMs = 10_000;
const maxBytes = 64 * 1024;
const longestToken = 8_192;
const longestDetail = 300;

/**
 * Asks for an access token. A refusal is `unauthorized`: asking again changes nothing. An endpoint that cannot be reached is `network`,
 * one that wants to be left alone `rate_limited`: both may be asked again. The secrets are in no failure, whoever repeats them.
 */
export function requestToken(http: HttpClient, request: TokenRequest): Promise<TokenAnswer> {
  return ask(http, request, (json) => {
    const token = readToken(json);
    return token && { ok: true, token };
  });
}

/** Gives a token back (RFC 7009). `tokenUrl` is the revocation endpoint. Fails as {@link requestToken}. */
export async function revokeToken(http: HttpClient, request: TokenRequest): Promise<ScimFailure | undefined> {
  const answer = await ask(http, request, () => ({ ok: true }) as const);
  return answer.ok ? undefined : answer.failure;
}

type Failed = { ok: false; failure: ScimFailure };

/** @param read makes a value of a success; undefined: it is none */
async function ask<Read extends { ok: true }>(
  http: HttpClient,
  request: TokenRequest,
  read: (json: Record<string, unknown>) => Read | undefined,
): Promise<Read | Failed> {
  const { tokenUrl, clientId, clientSecret, clientAuthentication, parameters } = request;
  const inHeader = clientAuthentication === 'client_secret_basic' && clientSecret !== '';
  // RFC 6749 §2.3.1: both are encoded as in a form before they are put together.
  const basic = inHeader ? basicCredentials(formEncoded(clientId), formEncoded(clientSecret)) : undefined;
  const own = inHeader ? {} : { client_id: clientId, client_secret: clientSecret };
  const body = new URLSearchParams(Object.entries({ ...parameters, ...own }).filter(([, value]) => value !== ''));
  const redact = createRedactor([clientSecret, ...(basic?.secrets ?? []), ...(request.secrets ?? [])]);
  try {
    const response = await http.request({
      url: tokenUrl,
      method: 'POST',
      headers: {
        accept: 'application/json',
        'content-type': 'application/x-www-form-urlencoded',
        'user-agent': 'Latchkey',
        ...basic?.headers,
      },
      body: body.toString(),
      timeoutMs,
      maxBytes,
    });
    return judge(placeOf(tokenUrl), response, redact, read);
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    return failed(failureOf(placeOf(tokenUrl), error));
  }
}

function judge<Read>(
  place: string,
  response: HttpResponse,
  redact: Redact,
  read: (json: Record<string, unknown>) => Read | undefined,
): Read | Failed {
  const { status, headers, body } = response;
  const json = parseJson(body);
  if (status === 429 || status === 503) {
    const retryAfterMs = readRetryAfter(headers, new Date());
    const detail = `The token endpoint ${place} answered ${status} and wants to be asked later`;
    return failed({
      kind: status === 429 || retryAfterMs !== undefined ? 'rate_limited' : 'network',
      status,
      detail,
      hint: hints.unreachable,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  }
  if (status >= 500 || status === 408) {
    const detail = `The token endpoint ${place} answered ${status}`;
    return failed({ kind: 'network', status, detail, hint: hints.unreachable });
  }
  const success = status < 400 ? read(isRecord(json) ? json : {}) : undefined;
  if (success) return success;
  return failed(refusal(place, status, isRecord(json) ? json : undefined, redact));
}

/** RFC 6749 §5.1. Undefined where there is no token in it that could be sent. */
function readToken(json: Record<string, unknown>): IssuedToken | undefined {
  const { access_token: accessToken, token_type: type, expires_in: expires, refresh_token: refresh } = json;
  if (typeof accessToken !== 'string' || accessToken.length > longestToken) return undefined;
  if (!/^[\x21-\x7e]+$/.test(accessToken)) return undefined;
  if (typeof type === 'string' && type.toLowerCase() !== 'bearer') return undefined;
  const seconds = typeof expires === 'string' || typeof expires === 'number' ? Number(expires) : Number.NaN;
  return {
    accessToken,
    expiresIn: Number.isFinite(seconds) && seconds > 0 ? seconds : undefined,
    refreshToken: typeof refresh === 'string' && refresh !== '' && refresh.length <= longestToken ? refresh : undefined,
  };
}

/** RFC 6749 §5.2, and whatever else is no token. */
function refusal(
  place: string,
  status: number,
  json: Record<string, unknown> | undefined,
  redact: Redact,
): ScimFailure {
  const told = (name: string) => (typeof json?.[name] === 'string' ? redact(json[name]).slice(0, longestDetail) : '');
  const code = told('error');
  const description = told('error_description');
  if (code === '') {
    const detail =
      status < 400
        ? `The token endpoint ${place} answered ${status}, but without a bearer token`
        : `The token endpoint ${place} answered ${status} without saying why`;
    return { kind: 'unauthorized', status, detail, hint: hints.address };
  }
  const said = description === '' ? code : `${code}: ${description}`;
  const hint = Object.hasOwn(hints, code) ? hints[code as keyof typeof hints] : hints.invalid_client;
  return { kind: 'unauthorized', status, detail: `The token endpoint ${place} refused: ${said}`, hint };
}

const hints = {
  address: 'Check the address of the token endpoint: it is the one that answers POST, often ending in /token.',
  unreachable: 'It is asked again by itself. Check its address, and that this server can reach it, if it stays so.',
  invalid_client:
    'Check client ID and client secret, and how they are sent. The secret may have been replaced or have ended over there.',
  unauthorized_client: 'Allow this client the grant over there.',
  unsupported_grant_type: 'The server does not know this grant. Choose another way to authenticate.',
  invalid_scope: 'Correct the scopes: the server does not know one of them, or does not allow it to this client.',
  invalid_target: 'Correct audience and resource: the server does not know them.',
  invalid_request: 'Check scopes, audience and resource, and how client ID and secret are sent.',
  invalid_grant:
    'The authorisation has ended over there, or was given to another client. Reconnect on the Identity Management tab.',
} as const;

function failureOf(place: string, error: HttpError): ScimFailure {
  if (error.code === 'redirect') {
    return { kind: 'unauthorized', detail: `The token endpoint ${place} answers with a redirect`, hint: hints.address };
  }
  const hint = error.code === 'target_not_allowed' ? hintForHttpError(error.code) : hints.unreachable;
  const detail = `The token endpoint ${place} cannot be used: ${error.message}`;
  return { kind: 'network', detail, cause: error.code, hint };
}

const failed = (failure: ScimFailure): Failed => ({ ok: false, failure });

function formEncoded(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1);
}

function placeOf(tokenUrl: string): string {
  return (tokenUrl.split('?')[0] ?? tokenUrl).replace(/^https?:\/\//, '');
}
