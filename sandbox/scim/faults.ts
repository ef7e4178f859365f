import { setTimeout as sleep } from 'node:timers/promises';
import type { Request, Response } from 'express';
import { isObject } from '../store/records';
import type { Tenant } from '../store/tenant';
import { sendError } from './answer';
import { playHabits } from './habits';
import { losesAnswer, playMisfortune } from './misfortunes';

const windows = new WeakMap<Tenant, { second: number; count: number }>();

const html = `<!doctype html><html><head><title>502 Bad Gateway</title></head>
<body><center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center></body></html>`;

/**
 * Plays the faults the tenant is told to have, before the server sees the request.
 * @returns the name of the fault that answered; undefined when the request goes on
 */
export async function playFaults(tenant: Tenant, req: Request, res: Response): Promise<string | undefined> {
  const { faults } = tenant;
  if (faults.latencyMs > 0) await sleep(faults.latencyMs);
  if (faults.resetNext > 0) {
    faults.resetNext -= 1;
    req.socket.destroy();
    return 'reset';
  }
  const misfortune = await playMisfortune(tenant, req, res);
  if (misfortune !== undefined) return misfortune;
  if (faults.search === 'fails' && req.query.filter !== undefined) {
    sendError(res, 500, 'Internal Server Error');
    return 'search fails';
  }
  if (faults.html) {
    res.status(200).type('html').send(html);
    return 'html';
  }
  if (faults.requestsPerSecond > 0 && overLimit(tenant)) {
    res.setHeader('Retry-After', String(faults.retryAfterSeconds));
    sendError(res, 429, 'Rate limit exceeded');
    return 'rate limit';
  }
  if (faults.failNext > 0 || Math.random() < faults.failRate) {
    faults.failNext = Math.max(0, faults.failNext - 1);
    if (faults.failStatus === 503) res.setHeader('Retry-After', String(faults.retryAfterSeconds));
    sendError(res, faults.failStatus, faults.failStatus === 503 ? 'Service Unavailable' : 'Internal Server Error');
    return `failure ${faults.failStatus}`;
  }
  if (faults.noDiscovery && /^\/(ServiceProviderConfig|ResourceTypes|Schemas)/i.test(req.path)) {
    res.status(404).type('text').send('Not Found');
    return 'no discovery';
  }
  if (faults.noPatch && req.method === 'PATCH') {
    sendError(res, 501, 'PATCH is not supported');
    return 'no PATCH';
  }
  if (faults.readOnly && !isRead(req)) {
    sendError(res, 403, 'The owner of this token is not permitted to manage users');
    return 'read only';
  }
  if (faults.protectedUser && !isRead(req) && isAbout(tenant, req, faults.protectedUser)) {
    sendError(res, 403, 'This user cannot be changed through the API');
    return 'protected user';
  }
  if (faults.fixedGroups && isAboutGroupItself(req)) {
    sendError(res, 403, 'Groups are managed elsewhere: only their members can be changed');
    return 'fixed groups';
  }
  if (faults.maxMembersPerRequest > 0 && countMembers(req.body) > faults.maxMembersPerRequest) {
    if (faults.maxMembersStatus === 400) sendError(res, 400, 'Bad Request');
    else sendError(res, 413, `A request may contain at most ${faults.maxMembersPerRequest} members`, 'tooMany');
    return 'too many members';
  }
  return playHabits(tenant, req, res);
}

/** Cuts the connection in place of the answer, when the tenant is told to lose this write's answer. */
export function loseAnswer(tenant: Tenant, req: Request, res: Response): boolean {
  const { faults } = tenant;
  if (isRead(req) || (faults.dropNext === 0 && !losesAnswer(tenant))) return false;
  faults.dropNext = Math.max(0, faults.dropNext - 1);
  res.end = () => {
    req.socket.destroy();
    return res;
  };
  return true;
}

/** Creates a group, or changes more of it than its members. */
function isAboutGroupItself({ method, path, body }: Request): boolean {
  if (!/^\/Groups/i.test(path) || method === 'GET') return false;
  if (method !== 'PATCH') return true;
  const operations = isObject(body) && Array.isArray(body.Operations) ? body.Operations.filter(isObject) : [];
  return operations.some((operation) => !/^members/i.test(String(operation.path ?? '')));
}

function isRead(req: Request): boolean {
  return req.method === 'GET' || req.path.endsWith('/.search');
}

function isAbout(tenant: Tenant, req: Request, userName: string): boolean {
  const id = /^\/Users\/([^/]+)/i.exec(req.path)?.[1];
  const named = id ? tenant.store.user(id)?.data.userName : isObject(req.body) && req.body.userName;
  return typeof named === 'string' && named.toLowerCase() === userName.toLowerCase();
}

function overLimit(tenant: Tenant): boolean {
  const second = Math.floor(Date.now() / 1000);
  const known = windows.get(tenant);
  const window = known?.second === second ? known : { second, count: 0 };
  window.count++;
  windows.set(tenant, window);
  return window.count > tenant.faults.requestsPerSecond;
}

function countMembers(body: unknown): number {
  if (!isObject(body)) return 0;
  const direct = Array.isArray(body.members) ? body.members.length : 0;
  const operations = Array.isArray(body.Operations) ? body.Operations.filter(isObject) : [];
  return operations.reduce((sum, { value }) => sum + (Array.isArray(value) ? value.length : 1), direct);
}
