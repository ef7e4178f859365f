import { setTimeout as sleep } from 'node:timers/promises';
import type { Request, Response } from 'express';
import type { Tenant } from '../store/tenant';
import { sendError } from './answer';

const chances = new WeakMap<Tenant, { seed: number; state: number }>();

/** From 0 up to 1, the same again for the same seed (mulberry32). */
function chanceOf(tenant: Tenant): number {
  const { misfortuneSeed: seed } = tenant.faults;
  const known = chances.get(tenant);
  const chance = known?.seed === seed ? known : { seed, state: seed };
  chances.set(tenant, chance);
  chance.state = (chance.state + 0x6d2b79f5) >>> 0;
  let mixed = Math.imul(chance.state ^ (chance.state >>> 15), chance.state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
}

const page = '<!doctype html><html><head><title>504 Gateway Time-out</title></head><body>nginx</body></html>';

/** What answers in place of the server, each as likely as the others. */
const misfortunes: Record<string, (tenant: Tenant, req: Request, res: Response) => void> = {
  'failure 500': (_tenant, _req, res) => sendError(res, 500, 'Internal Server Error'),
  'failure 502': (_tenant, _req, res) => void res.status(502).type('html').send(page),
  html: (_tenant, _req, res) => void res.status(200).type('html').send(page),
  garbage: (_tenant, _req, res) => void res.status(200).type('application/scim+json').send('{"Resources": [{"id": "10'),
  reset: (_tenant, req) => void req.socket.destroy(),
  'rate limit': (tenant, _req, res) => {
    res.setHeader('Retry-After', String(tenant.faults.retryAfterSeconds));
    sendError(res, 429, 'Rate limit exceeded');
  },
  'failure 503': (tenant, _req, res) => {
    // A date knows no parts of a second: the later one.
    const until = Math.ceil(Date.now() / 1_000 + tenant.faults.retryAfterSeconds) * 1_000;
    res.setHeader('Retry-After', new Date(until).toUTCString());
    sendError(res, 503, 'Service Unavailable');
  },
};

/** Until when each tenant has last asked not to be asked anything, and how often somebody asked all the same. */
const rests = new WeakMap<Tenant, { since: number; until: number; broken: number }>();
/** What left before the answer came knows nothing of it; so long, in milliseconds, it may be on its way. */
const underWayMs = 500;

/** How many requests came before a Retry-After of these misfortunes was over. */
export function brokenRests(tenant: Tenant): number {
  return rests.get(tenant)?.broken ?? 0;
}

/** By chance, something goes wrong with a request. @returns what answered; undefined when the request goes on */
export async function playMisfortune(tenant: Tenant, req: Request, res: Response): Promise<string | undefined> {
  const { misfortunes: share, retryAfterSeconds } = tenant.faults;
  const rest = rests.get(tenant) ?? { since: 0, until: 0, broken: 0 };
  rests.set(tenant, rest);
  if (Date.now() > rest.since + underWayMs && Date.now() < rest.until) rest.broken += 1;
  if (share === 0 || chanceOf(tenant) >= share) return undefined;
  const names = [...Object.keys(misfortunes), 'slow'];
  const name = names[Math.floor(chanceOf(tenant) * names.length)] ?? 'slow';
  if (name === 'slow') {
    await sleep(150);
    return undefined;
  }
  misfortunes[name]?.(tenant, req, res);
  if (name === 'rate limit' || name === 'failure 503') {
    const until = Date.now() + retryAfterSeconds * 1_000;
    rests.set(tenant, { since: Date.now(), until: Math.max(until, rest.until), broken: rest.broken });
  }
  return name;
}

/** Whether this write's answer is lost, by the same chance. */
export function losesAnswer(tenant: Tenant): boolean {
  return tenant.faults.dropRate > 0 && chanceOf(tenant) < tenant.faults.dropRate;
}
