import { randomBytes } from 'node:crypto';
import type { Request, Response } from 'express';
import type { Tenant } from '../store/tenant';
import type { SpSession } from './sp-session';

const lifetimeMs = 8 * 60 * 60_000;
const keepAtMost = 1000;

export function startSession(res: Response, tenant: Tenant, session: SpSession): void {
  const { sessions } = tenant;
  const key = randomBytes(24).toString('base64url');
  sessions.set(key, session);
  for (const oldest of sessions.keys()) {
    if (sessions.size <= keepAtMost) break;
    sessions.delete(oldest);
  }
  const options = { httpOnly: true, sameSite: 'lax', path: `/${tenant.key}`, maxAge: lifetimeMs } as const;
  res.cookie(cookieName(tenant), key, options);
}

export function endSession(req: Request, res: Response, tenant: Tenant): void {
  tenant.sessions.delete(keyIn(req, tenant));
  res.clearCookie(cookieName(tenant), { path: `/${tenant.key}` });
}

/** The session of this browser at this tenant; undefined when there is none or it is too old. */
export function readSession(req: Request, tenant: Tenant): SpSession | undefined {
  const session = tenant.sessions.get(keyIn(req, tenant));
  return session && session.signedInAt > Date.now() - lifetimeMs ? session : undefined;
}

function cookieName(tenant: Tenant): string {
  return `sandbox_${tenant.profile.id}_${tenant.name}`;
}

function keyIn(req: Request, tenant: Tenant): string {
  const prefix = `${cookieName(tenant)}=`;
  const cookie = (req.get('cookie') ?? '').split(/;\s*/).find((part) => part.startsWith(prefix));
  return cookie?.slice(prefix.length) ?? '';
}
