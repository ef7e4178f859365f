import type { NextFunction, Request, Response } from 'express';

/**
 * Refuses forms that another site sends (SAML responses aside, which come from elsewhere by their nature).
 * Browsers say where a request comes from; programs do not, and have no cookies to be misused.
 */
export function sameOriginOnly(req: Request, res: Response, next: NextFunction): void {
  const from = req.get('sec-fetch-site');
  const foreign = from !== undefined && from !== 'same-origin' && from !== 'none';
  if (req.method !== 'GET' && req.method !== 'HEAD' && foreign) {
    res.status(403).type('text').send('This form was sent from another site.');
    return;
  }
  next();
}

/** The control API is for programs on this machine. A browser page of another site must not reach it. */
export function loopbackOnly(req: Request, res: Response, next: NextFunction): void {
  const address = req.socket.remoteAddress ?? '';
  const local = address === '::1' || /^(::ffff:)?127\./.test(address);
  const host = (req.get('host') ?? '').replace(/:\d+$/, '');
  const byName = ['localhost', '127.0.0.1', '[::1]'].includes(host);
  const site = req.get('sec-fetch-site');
  if (!local || !byName || site === 'cross-site' || site === 'same-site') {
    res.status(403).json({ error: 'The control API answers programs on this machine only.' });
    return;
  }
  next();
}
