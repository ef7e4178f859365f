import { type NextRequest, NextResponse } from 'next/server';

/** Notes the path in a header for the server: a page that finds nobody signed in wants to know where to come back to. */
export function proxy(request: NextRequest): NextResponse {
  const headers = new Headers(request.headers);
  headers.set('x-latchkey-path', `${request.nextUrl.pathname}${request.nextUrl.search}`);
  return NextResponse.next({ request: { headers } });
}

export const config = { matcher: ['/((?!_next/|api/|favicon|healthz|readyz|metrics).*)'] };
