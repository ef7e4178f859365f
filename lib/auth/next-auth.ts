import type { AuthOptions } from 'next-auth';
import credentials from 'next-auth/providers/credentials';
import type { Failure } from '@/lib/core/failure';
import { getSettings } from '@/lib/settings/settings';
import { endSession } from '@/lib/sso/logout/end-session';
import { readBrowserCookie } from './browser-cookie';
import { authSecret, usesSecureCookies } from './cookies';
import { toFailure } from './failure';
import { clientAddressOf } from './request-info';
import { getSession } from './session';
import { signIn } from './sign-in';

declare module 'next-auth/jwt' {
  interface JWT {
    /** Row of our sessions table, looked up on every request. */
    sessionId?: string;
  }
}

declare module 'next-auth' {
  interface User {
    sessionId: string;
  }
}

/** Next-auth hands the request's headers as a plain object. */
function headerReader(headers: Record<string, unknown> | undefined): Pick<Headers, 'get'> {
  return {
    get: (name) => {
      const value = headers?.[name];
      return typeof value === 'string' ? value : null;
    },
  };
}

/** What next-auth has no word for, about one sign-in or sign-out: its callback can only say whether it worked. */
export interface SignInOutcome {
  refusal?: Failure;
  browserCookie?: string;
  /** Of a sign-out: path at which the browser signs out of applications, too. */
  goesOnAt?: string;
}

/**
 * Next-auth 4 with a password means a JWT in the cookie. It carries nothing but the id of a session in our database,
 * so that sessions can be listed and revoked, and a role that changes counts at once.
 * @param outcome is filled in by a sign-in or a sign-out
 */
export async function authOptions(outcome: SignInOutcome = {}): Promise<AuthOptions> {
  const { sessionHours } = await getSettings();
  return {
    secret: authSecret(),
    useSecureCookies: usesSecureCookies(),
    session: { strategy: 'jwt', maxAge: sessionHours * 3600 },
    pages: { signIn: '/sign-in', error: '/sign-in', signOut: '/sign-in' },
    providers: [
      credentials({
        credentials: { identifier: {}, password: {} },
        async authorize(given, request) {
          if (!given?.identifier || !given.password || given.password.length > 1000) return null;
          const headers = headerReader(request.headers);
          const current = await getSession();
          try {
            const started = await signIn({
              identifier: given.identifier,
              password: given.password,
              clientAddress: clientAddressOf(headers),
              userAgent: headers.get('user-agent'),
              browserCookie: await readBrowserCookie(),
              currentSessionId: current?.sessionId,
            });
            if (!started) return null;
            outcome.browserCookie = started.browserCookie;
            return { id: started.userId, sessionId: started.sessionId };
          } catch (error) {
            outcome.refusal = toFailure(error);
            return null;
          }
        },
      }),
    ],
    callbacks: {
      jwt: ({ token, user }) => (user ? { sub: user.id, sessionId: user.sessionId } : token),
      session: ({ session }) => ({ expires: session.expires }),
      // Only our own paths: the form decides by itself where to go, this is for those who call the endpoint.
      redirect: ({ baseUrl }) => baseUrl,
    },
    events: {
      async signOut({ token }) {
        const path = token.sessionId && (await endSession(token.sessionId));
        if (path) outcome.goesOnAt = path;
      },
    },
  };
}
