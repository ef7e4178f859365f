/** Where next-auth answers. */
export const nextAuthPrefix = '/api/auth/';

/** What next-auth answers with a password as the one way to sign in. HEAD is GET without the answer's body. */
export const nextAuthRoutes: Record<string, readonly string[]> = {
  providers: ['GET', 'HEAD'],
  csrf: ['GET', 'HEAD'],
  session: ['GET', 'HEAD', 'POST'],
  signin: ['GET', 'HEAD', 'POST'],
  'signin/credentials': ['GET', 'HEAD', 'POST'],
  signout: ['GET', 'HEAD', 'POST'],
  'callback/credentials': ['POST'],
  'verify-request': ['GET', 'HEAD'],
  error: ['GET', 'HEAD'],
  _log: ['POST'],
};
