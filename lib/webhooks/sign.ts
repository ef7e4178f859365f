import { createHmac, randomBytes } from 'node:crypto';

/** As the Standard Webhooks specification writes secrets. */
const prefix = 'whsec_';
/** 24 to 64 are allowed. */
const secretBytes = 32;

/** A new secret: `whsec_` and the key in base64. */
export function generateSecret(): string {
  return `${prefix}${randomBytes(secretBytes).toString('base64')}`;
}

/** The context under which a webhook's secret is sealed. */
export const secretContext = (webhookId: string): string => `webhook-secret:${webhookId}`;

/**
 * The headers by which a receiver knows that a message is ours, unaltered and fresh (Standard Webhooks 1.0): the
 * signature is the HMAC-SHA256 of `id.timestamp.body`.
 * @param id the same at every attempt, so that a receiver can tell a repetition
 * @param at the time of this attempt
 */
export function signatureHeaders(secret: string, id: string, at: Date, body: string): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const key = Buffer.from(secret.slice(prefix.length), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`, 'utf8').digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}
