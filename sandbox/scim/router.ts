import express, { type NextFunction, type Request, type Response, Router } from 'express';
import type { Tenant } from '../store/tenant';
import type { World } from '../store/world';
import { finishAnswers, sendError } from './answer';
import { loseAnswer, playFaults } from './faults';
import { type Library, libraryOf, type ScimContext } from './library';
import { patchMembers } from './member-patch';
import { quickRead } from './reads';

const keepBody = 20_000;
const contexts = new WeakMap<object, ScimContext>();
const parseJson = express.json({ type: ['application/scim+json', 'application/json'], limit: '20mb' });

/**
 * The SCIM server of a tenant, to be mounted at its base path.
 * @param origin address of the sandbox as clients see it, without a slash at the end
 */
export function scimRouter(world: World, origin: string, tenantOf: (req: Request) => Tenant | undefined): Router {
  const router = Router({ mergeParams: true });
  router.use(parseJson, (req, res, next) => {
    const tenant = tenantOf(req);
    if (tenant) serve(world, origin, tenant, req, res, next).catch(next);
    else next();
  });
  router.use((error: Error & { status?: number }, _req: Request, res: Response, _next: NextFunction) => {
    sendError(res, error.status ?? 500, error.message, error.status === 400 ? 'invalidSyntax' : undefined);
  });
  return router;
}

async function serve(world: World, origin: string, tenant: Tenant, req: Request, res: Response, next: NextFunction) {
  const context: ScimContext = {
    tenant,
    maxPageSize: tenant.faults.maxPageSize || tenant.profile.scim.maxPageSize,
    changed: () => world.changed(),
  };
  // Routers below look at the path under the tenant's base only; the full address comes back in with the answer.
  req.baseUrl = '';
  contexts.set(req, context);
  finishAnswers(res, `${origin}/${tenant.key}${tenant.scimPath}`, context);
  const entry = startEntry(tenant, req, res);

  entry.fault = await playFaults(tenant, req, res);
  if (entry.fault !== undefined) return;
  const token = /^Bearer\s+(\S+)\s*$/i.exec(req.get('authorization') ?? '')?.[1] ?? '';
  if (tenant.faults.unauthorized || !tenant.hasToken(token)) {
    if (tenant.faults.unauthorized) entry.fault = 'token refused';
    res.setHeader('WWW-Authenticate', 'Bearer realm="SCIM"');
    return sendError(res, 401, tenant.profile.scim.texts.unauthorized);
  }
  entry.lost = loseAnswer(tenant, req, res);
  dispatch(libraryOf(tenant.profile, contextOf), context, req, res, next);
}

function dispatch(library: Library, context: ScimContext, req: Request, res: Response, next: NextFunction): void {
  const { tenant } = context;
  if (req.method === 'GET') {
    try {
      const found = quickRead(library, tenant, req.path, req.query, context.maxPageSize);
      if (found) {
        res.type('application/scim+json').json(found);
        return;
      }
    } catch {
      // The library refuses the filter in its own words below.
    }
  }
  const [, resource, id = ''] = req.path.split('/');
  const group = req.method === 'PATCH' && resource === 'Groups' ? tenant.store.group(id) : undefined;
  const patched = group && patchMembers(tenant, group, req.body);
  if (patched && 'unknownMember' in patched) {
    sendError(res, 400, tenant.profile.scim.texts.unknownMember(patched.unknownMember), 'invalidValue');
    return;
  }
  if (patched) {
    tenant.store.putGroup(patched.group);
    context.changed();
    res.status(204).end();
    return;
  }
  library.router(req, res, next);
}

interface Entry {
  fault: string | undefined;
  lost: boolean;
}

function startEntry(tenant: Tenant, req: Request, res: Response): Entry {
  const started = performance.now();
  const at = new Date().toISOString();
  const path = req.url;
  const { method } = req;
  const requestBody = req.body && Object.keys(req.body).length > 0 ? redact(req.body) : '';
  const entry: Entry = { fault: undefined, lost: false };
  res.on('close', () => {
    const fault = entry.lost ? 'answer lost' : entry.fault;
    tenant.record({
      at,
      method,
      path,
      status: entry.lost ? 0 : res.statusCode,
      durationMs: Math.round(performance.now() - started),
      requestBody,
      responseBody: String(res.locals.sent ?? '').slice(0, keepBody),
      ...(fault === undefined ? {} : { fault }),
    });
  });
  return entry;
}

function redact(body: unknown): string {
  const text = JSON.stringify(body, (key, value) => (key === 'password' ? '•••' : value));
  return text.slice(0, keepBody);
}

function contextOf(req: object): ScimContext {
  const context = contexts.get(req);
  if (!context) throw new Error('A SCIM request came without its tenant');
  return context;
}
