import type { IncomingMessage } from 'node:http';
import { Refusal } from './refusal';

/**
 * A form that a page without its script sends: Next fails at one that it cannot take apart, so it is looked at before.
 * @throws Refusal `invalid_input`
 */
export async function checkForm({ headers, method }: IncomingMessage, body: Buffer): Promise<void> {
  const type = headers['content-type'] ?? '';
  // What a script sends is no form of this kind: it names its action in a header.
  if (method !== 'POST' || !/^multipart\/form-data\b/i.test(type) || headers['next-action'] !== undefined) return;
  try {
    await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
  } catch {
    throw new Refusal('invalid_input', 'The form cannot be read.');
  }
}
