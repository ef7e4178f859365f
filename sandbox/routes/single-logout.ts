import { inflateRawSync } from 'node:zlib';
import type { SAML } from '@node-saml/node-saml';
import type { Request, Response } from 'express';
import type { Site } from '../pages/layout';
import { refusedPage, signInPage } from '../pages/sign-in';
import { samlOf, ssoReady } from '../saml/service-provider';
import { endSession, readSession } from '../saml/session';
import { text } from '../store/records';
import type { Tenant } from '../store/tenant';

/** Logs out here, and then asks the identity provider, where its address for that is known. */
export async function logOut(site: Site, tenant: Tenant, req: Request, res: Response): Promise<void> {
  const session = readSession(req, tenant);
  endSession(req, res, tenant);
  const { logoutUrl } = tenant.profile.saml.idp(tenant.sso);
  if (session?.method === 'saml' && logoutUrl !== '' && ssoReady(tenant)) {
    const saml = await samlOf(tenant, site.origin, { sign: true });
    const user = {
      issuer: session.issuer,
      nameID: session.nameId,
      nameIDFormat: session.nameIdFormat,
      ...(session.sessionIndex === undefined ? {} : { sessionIndex: session.sessionIndex }),
    };
    res.redirect(303, await saml.getLogoutUrlAsync(user, '', {}));
    return;
  }
  res.redirect(303, `/${tenant.key}/app?out`);
}

/** Single logout by redirect (SAML Profiles section 4.4): a request from the identity provider, or its response. */
export function logoutByRedirect(site: Site, tenant: Tenant, req: Request, res: Response): Promise<void> {
  const query = req.originalUrl.split('?')[1] ?? '';
  const container = Object.fromEntries(Object.entries(req.query).map(([name, value]) => [name, text(value)]));
  return receive(site, tenant, req, res, {
    request: container.SAMLRequest,
    relayState: container.RelayState ?? '',
    read: async (saml) => {
      // The library takes an unsigned message for a good one.
      if (!container.Signature) throw new Error('The logout message is not signed');
      const { profile } = await saml.validateRedirectAsync(container, query);
      return profile;
    },
    response: () => inflateRawSync(Buffer.from(container.SAMLResponse ?? '', 'base64')).toString(),
  });
}

/** The same by POST. */
export function logoutByPost(site: Site, tenant: Tenant, req: Request, res: Response): Promise<void> {
  const { SAMLRequest, SAMLResponse, RelayState } = req.body as Record<string, unknown>;
  return receive(site, tenant, req, res, {
    request: text(SAMLRequest),
    relayState: text(RelayState),
    read: async (saml) => {
      if (text(SAMLRequest)) return (await saml.validatePostRequestAsync({ SAMLRequest: text(SAMLRequest) })).profile;
      // The library looks for what it answers in other responses only: that is done here.
      const lenient = await samlOf(tenant, site.origin, { signedResponse: true, unsolicited: true });
      const { loggedOut } = await lenient.validatePostResponseAsync({ SAMLResponse: text(SAMLResponse) });
      const xml = Buffer.from(text(SAMLResponse), 'base64').toString();
      const answers = /^<[^>]*\sInResponseTo="([^"]+)"/.exec(xml.replace(/^<\?[^>]*\?>\s*/, ''))?.[1] ?? '';
      if (!loggedOut || !tenant.pendingRequests.delete(answers)) throw new Error('This answers no logout of ours');
      return null;
    },
    response: () => Buffer.from(text(SAMLResponse), 'base64').toString(),
  });
}

interface Received {
  request: string | undefined;
  relayState: string;
  /** Verifies it. @returns whom a request is about */
  read: (saml: SAML) => Promise<{ nameID: string; ID?: string } | null>;
  /** The XML of a response that was verified. */
  response: () => string;
}

async function receive(site: Site, tenant: Tenant, req: Request, res: Response, received: Received): Promise<void> {
  try {
    if (!ssoReady(tenant)) throw new Error('Single sign-on is not enabled');
    const saml = await samlOf(tenant, site.origin, { sign: true });
    const profile = await received.read(saml);
    if (!received.request) {
      endSession(req, res, tenant);
      res.redirect(303, `/${tenant.key}/app?out${received.response().includes(':PartialLogout"') ? '=partial' : ''}`);
      return;
    }
    const { logout } = tenant.faults;
    if (logout === 'no answer') {
      res.send(
        signInPage(site, tenant, '/app', 'This application does not answer LogoutRequests (a fault of the sandbox).'),
      );
      return;
    }
    if (logout === 'as asked') {
      endSession(req, res, tenant);
      for (const [key, session] of tenant.sessions) if (session.nameId === profile?.nameID) tenant.sessions.delete(key);
    }
    const to = profile as Parameters<SAML['getLogoutResponseUrlAsync']>[0];
    res.redirect(303, await saml.getLogoutResponseUrlAsync(to, received.relayState, {}, logout === 'as asked'));
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    res.status(403).send(refusedPage(site, tenant, 'The logout was not accepted.', detail));
  }
}
