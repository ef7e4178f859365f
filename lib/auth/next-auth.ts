import type { AuthOptions } from 'next-auth';
import credentials from 'next-auth/providers/credentials';
import { AppError } from '@/lib/core/errors';
import { getSettings } from '@/lib/installation/settings';
import { authSecret, usesSecureCookies } from './cookies';
import { endSession } from './end-session';
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

/**
 * Next-auth 4 with a password means a JWT in the cookie. It carries nothing but the id of a session in our database,
 * so that sessions can be listed and revoked, and a role that changes counts at once.
 */
export async function authOptions(): Promise<AuthOptions> {
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
              currentSessionId: current?.sessionId,
            });
            return started ? { id: started.userId, sessionId: started.sessionId } : null;
          } catch (error) {
            // Next-auth hands the message to the form, and nothing else.
            if (error instanceof AppError) throw new Error(`${error.message} ${error.hint ?? ''}`.trim());
            throw new Error('Sign-in failed on the server. Try again.');
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
        if (token.sessionId) await endSession(token.sessionId);
      },
    },
  };
}
