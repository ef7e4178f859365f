import type { OutgoingHttpHeaders } from 'node:http';
import type { Rule } from './rules';

export interface HeaderOptions {
  /** The console's address, as people type it. */
  origin: string;
  /** Next's server for development: its scripts are evaluated, and come by a WebSocket. */
  dev: boolean;
}

/** A year, as the preload lists ask for. Not the subdomains: they are not ours to decide about. */
const hsts = 'max-age=31536000';

const never = ['accelerometer', 'camera', 'display-capture', 'geolocation', 'gyroscope', 'hid', 'magnetometer'];
const neither = ['microphone', 'midi', 'payment', 'publickey-credentials-get', 'serial', 'usb', 'xr-spatial-tracking'];
const permissionsPolicy = [...never, ...neither].map((feature) => `${feature}=()`).join(', ');

/**
 * What a page may do. Scripts: files of ours, and those in the page that carry the nonce; not `strict-dynamic`, which would
 * let a script put any other into the page, and nothing here needs that. Styles: also inline ones, because positions of
 * menus and sizes of bars are written there, and the notices bring their own; without a picture, font or request to
 * anywhere else, a style has no way of telling what it sees.
 */
export function pagePolicy(nonce: string, dev: boolean): string {
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}'${dev ? " 'unsafe-eval'" : ''}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self'${dev ? ' ws: wss:' : ''}`,
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** For what is no page: nothing in it is run, should a browser be led to show it. */
const otherPolicy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** What every answer says, unless its route says otherwise. @param nonce for a page */
export function securityHeaders(
  rule: Rule,
  contentType: unknown,
  nonce: string,
  { origin, dev }: HeaderOptions,
): OutgoingHttpHeaders {
  const isPage = typeof contentType === 'string' && contentType.startsWith('text/html');
  return {
    'content-security-policy': isPage ? pagePolicy(nonce, dev) : otherPolicy,
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    // Addresses of pages name people and hold one-time links.
    'referrer-policy': 'same-origin',
    'permissions-policy': permissionsPolicy,
    ...(isPage && rule.face === 'page' && rule.ownWindow ? { 'cross-origin-opener-policy': 'same-origin' } : {}),
    ...(origin.startsWith('https:') ? { 'strict-transport-security': hsts } : {}),
  };
}
