import { cookies } from 'next/headers';
import { NextRequest } from 'next/server';
import { AppError } from '@/lib/core/errors';
import { statusOf } from '@/lib/core/failure';
import { publicOrigin } from '@/lib/core/origin';
import { usesSecureCookies } from './cookies';
import { toFailure } from './failure';
import { nextAuthPrefix, nextAuthRoutes } from './next-auth-routes';

type Handler = (request: Request, context: unknown) => Promise<Response>;

interface Segment {
  params: Promise<{ nextauth?: string[] }>;
}

/**
 * Lets next-auth see only what it can answer: it meets a method or an address that it does not expect, JSON that is
 * none, and a callback URL that it does not like (in the query, the body, or a cookie of old) with 500, or by throwing.
 */
export function carefully(handler: Handler): Handler {
  return async (request, context) => {
    try {
      const path = pathOf(await (context as Segment).params);
      const allowed = Object.hasOwn(nextAuthRoutes, path) ? nextAuthRoutes[path] : undefined;
      if (!allowed) throw new AppError('not_found', 'There is nothing at this address.');
      if (!allowed.includes(request.method)) return methodNotAllowed(request.method, allowed);
      await forgetCallbackUrl(request.headers);
      return await handler(await readable(request, path), context);
    } catch (error) {
      const failure = toFailure(error);
      return Response.json(failure, { status: statusOf(failure.code), headers: { 'cache-control': 'no-store' } });
    }
  };
}

function pathOf({ nextauth = [] }: { nextauth?: string[] }): string {
  return nextauth.join('/');
}

function methodNotAllowed(method: string, allowed: readonly string[]): Response {
  const allow = [...allowed, 'OPTIONS'].join(', ');
  const error = new AppError('method_not_allowed', `${method} is not possible here.`, { hint: `Possible: ${allow}.` });
  return Response.json(toFailure(error), { status: statusOf(error.code), headers: { allow } });
}

/** Where to go after signing in is ours to decide, by the form: next-auth's own cookie for it is not believed. */
async function forgetCallbackUrl(headers: Headers): Promise<void> {
  const name = `${usesSecureCookies() ? '__Secure-' : ''}next-auth.callback-url`;
  if (!headers.get('cookie')?.includes(name)) return;
  (await cookies()).delete({ name, path: '/', secure: usesSecureCookies() });
}

/** The request as next-auth expects it: its plain address, and a body of nothing but texts. */
async function readable(request: Request, path: string): Promise<Request> {
  const url = new URL(`${publicOrigin()}${nextAuthPrefix}${path}`);
  const { pathname, search, searchParams } = new URL(request.url);
  if (request.method === 'GET' && search === '' && pathname === url.pathname) return request;
  for (const [name, value] of searchParams) {
    // It puts what it is sent into headers, where a line break is an error.
    if (name !== 'callbackUrl' && name !== 'nextauth' && !/\p{Cc}/u.test(value)) url.searchParams.set(name, value);
  }
  const headers = new Headers(request.headers);
  if (request.method !== 'POST') return new NextRequest(url, { headers });
  headers.set('content-type', 'application/x-www-form-urlencoded');
  headers.delete('content-length');
  return new NextRequest(url, { method: 'POST', headers, body: (await textsOf(request)).toString() });
}

/** @throws AppError `invalid_input` for JSON that is none */
async function textsOf(request: Request): Promise<URLSearchParams> {
  const type = request.headers.get('content-type') ?? '';
  const text = await request.text();
  const sent = type.includes('json')
    ? parse(text)
    : [...new URLSearchParams(type.includes('form-urlencoded') ? text : '')];
  const texts = sent.filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return new URLSearchParams(texts.filter(([name]) => name !== 'callbackUrl'));
}

function parse(text: string): [string, unknown][] {
  try {
    return Object.entries((JSON.parse(text) as object | null) ?? {});
  } catch {
    throw new AppError('invalid_input', 'The request is not valid JSON.');
  }
}
