import { readCertificate, readMetadata } from './documents';
import { logoutByPost, logoutByRedirect } from './logout';
import { goOn, receiveByPost, receiveByRedirect } from './sign-in';
import type { SamlAnswer, SamlRequest } from './wire';

type Answers = (asked: SamlRequest) => Promise<SamlAnswer>;

/** What an application has below `/saml2/<slug>`, by the last part of the path; the SSO IdP URL itself has none. */
export const samlRoutes: Readonly<Record<string, { GET: Answers; POST?: Answers }>> = {
  '': { GET: receiveByRedirect, POST: receiveByPost },
  continue: { GET: goOn },
  logout: { GET: logoutByRedirect, POST: logoutByPost },
  metadata: { GET: readMetadata },
  'certificate.pem': { GET: readCertificate },
};

/** The route of a path, and of which application; undefined for what is none, which is answered as any other address. */
export function samlRouteOf(path: string) {
  const [, slug, last = ''] = /^\/saml2\/([^/]+)(?:\/([^/]+))?$/.exec(path) ?? [];
  const route = Object.hasOwn(samlRoutes, last) ? samlRoutes[last] : undefined;
  return slug !== undefined && route ? { slug: decodeURIComponent(slug), last, route } : undefined;
}
