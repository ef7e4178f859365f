import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { deflateRawSync } from 'node:zlib';
import { api } from './api';
import { origin } from './environment';

/** What an ACS was sent. */
export interface Posted {
  path: string;
  origin: string | undefined;
  referer: string | undefined;
  relayState: string | null;
  response: string;
}

/** What a test's application does with a response: stays where it is, leads on to another origin, or to an app. */
export type Onward = 'stay' | 'web' | 'app';
const ways: readonly Onward[] = ['stay', 'web', 'app'];

/**
 * An application of a test's own, on origins that have nothing to do with the product's: another host for the ACS, another port for
 * where it leads. It has an ACS for each way of going on.
 */
export class ServiceProvider {
  readonly posted: Posted[] = [];
  private constructor(
    readonly label: string,
    readonly slug: string,
    readonly acsOrigin: string,
    readonly webOrigin: string,
    private readonly servers: readonly Server[],
  ) {}

  static async start(): Promise<ServiceProvider> {
    const servers = [createServer(), createServer()];
    const [acsOrigin = '', webOrigin = ''] = await Promise.all(servers.map(listen));
    const label = `Origin ${randomBytes(4).toString('hex')}`;
    const slug = label.toLowerCase().replace(' ', '-');
    await made('POST', '/applications', { templateId: 'custom-saml', displayLabel: label, slug });
    const settings = {
      spEntityId: acsOrigin,
      loginUrl: `${acsOrigin}/start`,
      acsUrls: ways.map((onward, index) => ({ url: `${acsOrigin}/acs/${onward}`, index, isDefault: index === 0 })),
    };
    await made('PATCH', `/applications/${slug}/sso`, { settings, activation: 'activate' });
    const sp = new ServiceProvider(label, slug, acsOrigin, webOrigin, servers);
    sp.serve();
    return sp;
  }

  /** Lets a person in. */
  async assign(userId: string): Promise<void> {
    await made('PUT', `/applications/${this.slug}/assignments/${userId}`);
  }

  /** The address that starts a sign-in. @param children raw markup */
  request({
    onward = 'stay',
    relayState,
    children = '',
  }: {
    onward?: Onward;
    relayState?: string;
    children?: string;
  } = {}): string {
    const xml =
      `<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ` +
      `ID="_${randomBytes(16).toString('hex')}" Version="2.0" IssueInstant="${new Date().toISOString()}" ` +
      `AssertionConsumerServiceURL="${this.acsOrigin}/acs/${onward}"><saml:Issuer>${this.acsOrigin}</saml:Issuer>${children}</samlp:AuthnRequest>`;
    const query = new URLSearchParams({ SAMLRequest: deflateRawSync(xml).toString('base64') });
    if (relayState !== undefined) query.set('RelayState', relayState);
    return `${origin}/saml2/${this.slug}?${query}`;
  }

  stop(): void {
    for (const server of this.servers) server.close();
  }

  private serve(): void {
    const [acs, web] = this.servers;
    web?.on('request', (_request, response) => response.end(page('The application')));
    acs?.on('request', async (request, response) => {
      response.setHeader('content-type', 'text/html');
      if (request.method !== 'POST') {
        response.end(page('Not signed in'));
        return;
      }
      let body = '';
      for await (const chunk of request) body += chunk;
      const form = new URLSearchParams(body);
      const { origin: from, referer } = request.headers;
      const path = request.url ?? '';
      const response64 = Buffer.from(form.get('SAMLResponse') ?? '', 'base64').toString();
      this.posted.push({ path, origin: from, referer, relayState: form.get('RelayState'), response: response64 });
      if (path === '/acs/web') response.writeHead(303, { location: `${this.webOrigin}/home` }).end();
      else if (path === '/acs/app') response.writeHead(303, { location: 'latchkey-test-app://signed-in?x=1' }).end();
      else response.end(page('Signed in'));
    });
  }
}

async function made(method: string, path: string, body?: unknown): Promise<void> {
  const answer = await api(method, path, body, { 'if-match': '*' });
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function page(heading: string): string {
  return `<!DOCTYPE html><html lang="en"><title>${heading}</title><h1>${heading}</h1></html>`;
}
