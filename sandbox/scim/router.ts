import express, { type NextFunction, type Request, type Response, Router } from 'express';
import type { ScimEndpoint } from '../profiles/profile';
import type { Tenant } from '../store/tenant';
import type { World } from '../store/world';
import { finishAnswers, sendError } from './answer';
import { answerBulk } from './bulk';
import type { ScimContext } from './context';
import { loseAnswer, playFaults } from './faults';
import { type Library, libraryOf } from './library';
import { bentList, bentQuery } from './lists';
import { patchMembers } from './member-patch';
import { quickRead } from './reads';
import { senderOf } from './sign-in';

const keepBody = 20_000;
const contexts = new WeakMap<object, ScimContext>();
const parseJson = express.json({ type: ['application/scim+json', 'application/json'], limit: '20mb' });

/**
 * The SCIM server of the tenant in `res.locals`, to be mounted at the base path of the endpoint that stands there too.
 * @param origin address of the sandbox as clients see it, without a slash at the end
 */
export function scimRouter(world: World, origin: string): Router {
  const router = Router({ mergeParams: true });
  router.use(parseJson, (req, res, next) => {
    const { tenant, endpoint } = res.locals as { tenant: Tenant; endpoint: ScimEndpoint };
    serve(world, origin, tenant, endpoint, req, res, next).catch(next);
  });
  router.use((error: Error & { status?: number }, _req: Request, res: Response, _next: NextFunction) => {
    sendError(res, error.status ?? 500, error.message, error.status === 400 ? 'invalidSyntax' : undefined);
  });
  return router;
}

async function serve(
  world: World,
  origin: string,
  tenant: Tenant,
  endpoint: ScimEndpoint,
  req: Request,
  res: Response,
  next: NextFunction,
) {
  const context: ScimContext = {
    tenant,
    maxPageSize: tenant.faults.maxPageSize || tenant.profile.scim.maxPageSize,
    changed: () => world.changed(),
  };
  // Routers below look at the path under the tenant's base only; the full address comes back in with the answer.
  req.baseUrl = '';
  contexts.set(req, context);
  finishAnswers(res, `${origin}/${tenant.key}${tenant.scimPath(endpoint)}`, context);
  const entry = startEntry(tenant, req, res);

  entry.fault = await playFaults(tenant, req, res);
  if (entry.fault !== undefined) return;
  const { texts } = tenant.profile.scim;
  const token = senderOf(tenant, endpoint, req);
  if (tenant.faults.unauthorized || !token) {
    if (tenant.faults.unauthorized) entry.fault = 'token refused';
    res.setHeader('WWW-Authenticate', 'Bearer realm="SCIM"');
    return sendError(res, 401, texts.unauthorized);
  }
  const [, resource = ''] = req.path.split('/');
  const limited = endpoint.tokens.scopes?.some((scope) => scope.resource === resource) ?? false;
  if (limited && token.resources && !token.resources.includes(resource)) {
    return sendError(res, 403, texts.forbidden?.(resource) ?? 'Forbidden');
  }
  entry.lost = loseAnswer(tenant, req, res);
  if (req.method === 'POST' && /^\/Bulk$/i.test(req.path)) {
    return answerBulk(libraryOf(tenant.profile, contextOf), context, req, res);
  }
  dispatch(libraryOf(tenant.profile, contextOf), context, req, res, next);
}

function dispatch(library: Library, context: ScimContext, req: Request, res: Response, next: NextFunction): void {
  const { tenant } = context;
  if (req.method === 'GET') {
    try {
      const found = quickRead(library, tenant, req.path, bentQuery(tenant, req.query), context.maxPageSize);
      if (found) {
        res
          .type('application/scim+json')
          .json(Array.isArray(found.Resources) ? bentList(tenant, req.query, found) : found);
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

/** The body as the log keeps it, without passwords: as an attribute, or as the value of a PATCH (RFC 7644 section 3.5.2). */
function redact(body: unknown): string {
  const text = JSON.stringify(body, function (this: { path?: unknown }, key, value) {
    const isPassword = /^password$/i.test(key) || (key === 'value' && /(^|:)password$/i.test(String(this.path)));
    return isPassword ? '•••' : value;
  });
  return text.slice(0, keepBody);
}

function contextOf(req: object): ScimContext {
  const context = contexts.get(req);
  if (!context) throw new Error('A SCIM request came without its tenant');
  return context;
}
