import type { Request, Response } from 'express';
import { isObject, text } from '../store/records';
import type { Tenant } from '../store/tenant';
import { sendError } from './answer';
import { userResource } from './handlers';
import { versionOf } from './versions';

/** What a PATCH asks for. */
interface Operation {
  op: string;
  path: string;
  value: unknown;
}

/**
 * Bends the RFC as real servers do, before the library sees the request.
 * @returns the name of the habit that answered; undefined when the request goes on
 */
export function playHabits(tenant: Tenant, req: Request, res: Response): string | undefined {
  const [, resource = '', id = ''] = req.path.split('/');
  if (id === '' || !['PATCH', 'PUT', 'DELETE'].includes(req.method)) return undefined;
  const stale = staleVersion(tenant, req, id);
  if (stale) {
    sendError(res, stale, stale === 428 ? 'If-Match is required' : 'The resource has another version by now');
    return 'version';
  }
  if (req.method === 'PATCH') {
    const refused = refusedPatch(tenant, resource, operationsOf(req.body), id);
    if (refused) {
      sendError(res, refused.status, refused.detail, refused.status === 400 ? 'invalidPath' : undefined);
      return 'form of PATCH';
    }
  }
  return ignoreDeactivation(tenant, req, res, resource === 'Users' ? id : '');
}

function staleVersion(tenant: Tenant, req: Request, id: string): 428 | 412 | undefined {
  const version = tenant.faults.requireVersion ? versionOf(tenant, id) : undefined;
  if (version === undefined) return undefined;
  const given = req.get('if-match');
  if (given === undefined) return 428;
  return given === version ? undefined : 412;
}

function refusedPatch({ faults, store }: Tenant, resource: string, operations: readonly Operation[], id: string) {
  if (faults.refusePatch === 'all' || faults.refusePatch === resource.toLowerCase())
    return { status: faults.refusePatchStatus, detail: `PATCH of ${resource} is not supported` };
  const status = faults.formStatus;
  // As such servers do: what is wrong is not said.
  const detail = status === 500 ? 'Internal Server Error' : 'Request is unparsable, syntactically incorrect';
  const data = store.user(id)?.data;
  const isAbsent = ({ op, path }: Operation) =>
    op === 'replace' && data !== undefined && /^\w+$/.test(path) && data[path] === undefined;
  const isRefused =
    (faults.oneOperation && operations.length > 1) ||
    (faults.noPathFilters && operations.some(({ path }) => path.includes('['))) ||
    (faults.noReplaceOfAbsent && operations.some(isAbsent));
  return isRefused ? { status, detail } : undefined;
}

/** The account stays active, and the answer is that of a success. */
function ignoreDeactivation(tenant: Tenant, req: Request, res: Response, id: string): string | undefined {
  const { ignoreDeactivation: ignored } = tenant.faults;
  const account = tenant.store.user(id);
  if (!account || ignored === 'none') return undefined;
  if (req.method === 'PUT' && ignored === 'all' && req.body.active === false) req.body.active = account.data.active;
  if (req.method !== 'PATCH') return undefined;
  const others = operationsOf(req.body).filter(({ path, value }) => path !== 'active' || value !== false);
  if (others.length === operationsOf(req.body).length) return undefined;
  req.body.Operations = others;
  if (others.length > 0) return undefined;
  res.status(200).json(userResource(account));
  return 'deactivation ignored';
}

function operationsOf(body: unknown): Operation[] {
  const all = isObject(body) && Array.isArray(body.Operations) ? body.Operations.filter(isObject) : [];
  return all.map(({ op, path, value }) => ({ op: text(op).toLowerCase(), path: text(path), value }));
}
