import NextAuth from 'next-auth';
import { carefully } from '@/lib/auth/careful-next-auth';
import { authOptions } from '@/lib/auth/next-auth';

/** Built per request, because the environment is not there yet while the product is being built. */
const handler = carefully(async (request, context) => NextAuth(await authOptions())(request, context));

export { handler as GET, handler as POST };
