import type { CurrentSession } from '@/lib/auth/find-session';
import type { Caller } from '@/lib/sso/ask';

/** A request to one application's SAML addresses, as far as they look at it. */
export interface SamlRequest {
  slug: string;
  /** The last part of the path; empty: the SSO IdP URL itself. */
  last: string;
  method: string;
  /** As it came over the wire, without `?`: a signature covers its octets. */
  rawQuery: string;
  headerOf: (name: string) => string | undefined;
  /** The whole body: it was taken in before, within its limit (lib/web/rules.ts). */
  body: () => Promise<string>;
  clientAddress: string | null;
  /** Whose session the browser carries, be it good or not; asks no database. */
  caller: () => Promise<Caller | undefined>;
  /** Who is signed in, for a page that says so. */
  session: () => Promise<CurrentSession | undefined>;
}

/** All of an answer at once. */
export interface SamlAnswer {
  status: number;
  headers: Record<string, string>;
  body?: string;
  /** The XML of the response that the page carries to the service provider. */
  samlResponse?: string;
  /** Under which the refusal that the page tells is kept. */
  reference?: string | undefined;
}

/** 303: whatever the method was, the browser goes on with GET. */
export function seeOther(location: string): SamlAnswer {
  return { status: 303, headers: { location, 'cache-control': 'no-store' } };
}
