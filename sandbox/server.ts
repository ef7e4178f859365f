import { createServer } from 'node:http';
import express, { type NextFunction, type Request, type Response } from 'express';
import { Mailbox } from './mail/mailbox';
import type { Site } from './pages/layout';
import { mailboxPage, mailPage, plainPage, settingsPage, startPage, unknownInstancePage } from './pages/sandbox-pages';
import { profiles } from './profiles/registry';
import { authorizationEndpoint } from './routes/authorization-endpoint';
import { controlRoutes } from './routes/control-routes';
import { sameOriginOnly } from './routes/guards';
import { samlRoutes } from './routes/saml-routes';
import { notFound, tenantRoutes } from './routes/tenant-routes';
import { tokenEndpoint } from './routes/token-endpoint';
import { sendError } from './scim/answer';
import { scimRouter } from './scim/router';
import { text } from './store/records';
import { World } from './store/world';

export interface SandboxOptions {
  /** 0 takes a free port. */
  port: number;
  smtpPort: number;
  /** Address to listen on; default 127.0.0.1. */
  host?: string | undefined;
  /** Folder where the state survives a restart; without it nothing is written. */
  dataDir?: string | undefined;
  /** Address under which browsers and clients reach the sandbox; default `http://localhost:<port>`. */
  publicUrl?: string | undefined;
  consoleUrl?: string | undefined;
}

export interface Sandbox {
  url: string;
  smtpPort: number;
  close: () => Promise<void>;
}

/** Starts the service providers and the mailbox. Rejects when a port is taken. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const mailbox = new Mailbox();
  const smtpPort = await mailbox.listen(options.smtpPort);
  const world = new World(options.dataDir);
  const app = express();
  const server = createServer(app);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(options.port, options.host ?? '127.0.0.1', resolve);
    });
  } catch (error) {
    await mailbox.close();
    throw error;
  }
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : options.port;
  const url = (options.publicUrl ?? `http://localhost:${port}`).replace(/\/$/, '');
  const site: Site = { origin: url, consoleUrl: options.consoleUrl ?? 'http://localhost:3000', mailPort: smtpPort };
  route(app, site, world, mailbox);
  return {
    url,
    smtpPort,
    close: async () => {
      world.close();
      server.closeAllConnections();
      await Promise.all([new Promise<void>((resolve) => server.close(() => resolve())), mailbox.close()]);
    },
  };
}

function route(app: express.Express, site: Site, world: World, mailbox: Mailbox): void {
  app.disable('x-powered-by');
  app.use((_req, res, next) => {
    res.setHeader('X-Content-Type-Options', 'nosniff');
    res.setHeader('Referrer-Policy', 'same-origin');
    next();
  });
  app.use('/_control', controlRoutes(site, world, mailbox));
  sandboxRoutes(app, site, world, mailbox);

  const scim = scimRouter(world, site.origin);
  const saml = samlRoutes(site);
  const tokens = tokenEndpoint(world).use(authorizationEndpoint(site));
  const pages = tenantRoutes(site, world);
  app.use('/:profile/:tenant', (req, res, next) => {
    const [profileId, name] = [text(req.params.profile), text(req.params.tenant).toLowerCase()];
    const tenant = world.find(`${profileId}/${name}`);
    if (!tenant) return unknownInstance(site, profileId, name, req, res, next);
    res.locals.tenant = tenant;
    const endpoint = tenant.scimEndpointAt(req.path);
    if (endpoint) {
      res.locals.endpoint = endpoint;
      req.url = req.url.slice(tenant.scimPath(endpoint).length).replace(/^(?!\/)/, '/');
      return scim(req, res, next);
    }
    tokens(req, res, (failed?: unknown) => {
      if (failed) return next(failed);
      saml(req, res, (error?: unknown) => (error ? next(error) : pages(req, res, next)));
    });
  });
  app.use((_req, res) => notFound(site, res, 'There is no such page.'));
  app.use((error: unknown, _req: Request, res: Response, next: NextFunction) => {
    console.error(error);
    if (res.headersSent) return next(error);
    res.status(500).send(plainPage(site, 'The sandbox made a mistake', error instanceof Error ? error.message : ''));
  });
}

/**
 * An instance that nobody has made is not there, for a program as for a person: looking makes none. Whoever reads the
 * page can make it.
 */
function unknownInstance(
  site: Site,
  profileId: string,
  name: string,
  req: Request,
  res: Response,
  next: NextFunction,
): void {
  const profile = profiles.get(profileId);
  if (!profile) {
    next();
    return;
  }
  const detail = `There is no ${profile.name} ${profile.instanceWord} "${name}".`;
  if (req.accepts(['html', 'application/scim+json']) === 'html' && req.get('authorization') === undefined) {
    res.status(404).send(unknownInstancePage(site, profile, name, detail));
  } else sendError(res, 404, detail);
}

function sandboxRoutes(app: express.Express, site: Site, world: World, mailbox: Mailbox): void {
  const form = [sameOriginOnly, express.urlencoded({ extended: false })];
  app.get('/', (_req, res) => void res.send(startPage(site, world)));
  app.post('/instances', ...form, (req, res) => {
    const tenant = world.make(`${text(req.body.profile)}/${text(req.body.name).trim().toLowerCase()}`);
    if (tenant) world.changed();
    if (tenant) return res.redirect(303, `/${tenant.key}/app`);
    res.status(422).send(startPage(site, world, 'A name consists of small letters, digits and hyphens.'));
  });
  app.get('/mailbox', (_req, res) => void res.send(mailboxPage(site, mailbox)));
  app.post('/mailbox/clear', ...form, (_req, res) => {
    mailbox.clear();
    res.redirect(303, '/mailbox');
  });
  app.get('/mailbox/:id', (req, res) => {
    const mail = mailbox.find(Number(req.params.id));
    if (!mail) return notFound(site, res, 'This message is no longer there.');
    res.send(mailPage(site, mail));
  });
  app.get('/settings', (req, res) => void res.send(settingsPage(site, world, text(req.query.done) || undefined)));
  app.post('/settings/reset', ...form, (_req, res) => {
    world.reset();
    mailbox.clear();
    res.redirect(303, '/settings?done=The+sandbox+is+as+at+the+start.');
  });
  app.post('/settings/accounts', ...form, (req, res) => {
    const tenant = world.find(text(req.body.tenant));
    const count = Math.min(20_000, Math.max(1, Math.trunc(Number(req.body.count)) || 0));
    if (!tenant) return notFound(site, res, 'There is no such instance.');
    tenant.generate(count);
    world.changed();
    res.redirect(303, `/settings?done=${encodeURIComponent(`${count} accounts added to ${tenant.key}.`)}`);
  });
}
