import { openCarried } from '@/lib/sso/carry-request';
import { inspectIncoming, inspectKept } from '@/lib/sso/failed-sign-ins/inspect-request';
import type { AskedRequest } from '@/lib/sso/failed-sign-ins/schema';
import { knownProvider } from '@/lib/sso/provider';
import { withoutSignature } from '@/lib/sso/sign-in-test/without-signature';
import { keepStep } from '@/lib/sso/sign-in-trials/trials';
import type { SamlAnswer, SamlRequest } from './wire';

/** Keeps what was asked and answered, for who watches their own sign-in. What cannot be kept keeps nobody from signing in. */
export async function noteTrial(token: string, request: SamlRequest, answer: SamlAnswer): Promise<void> {
  if (request.last !== '' && request.last !== 'continue') return;
  try {
    const { samlResponse, reference } = answer;
    await keepStep(token, {
      asked: await askedIn(request),
      ...(samlResponse === undefined ? {} : { response: withoutSignature(samlResponse) }),
      ...(reference === undefined ? {} : { reference }),
    });
  } catch (error) {
    console.error('trial of a sign-in:', error instanceof Error ? error.name : error);
  }
}

/** A request by POST comes without the cookie: it is seen where its sender goes on. */
async function askedIn({ slug, last, rawQuery, method }: SamlRequest): Promise<AskedRequest | undefined> {
  const query = new URLSearchParams(rawQuery);
  if (method !== 'GET') return undefined;
  if (last === '')
    return query.has('SAMLRequest') ? inspectIncoming({ binding: 'HTTP-Redirect', rawQuery }) : undefined;
  const asked = inspectKept(openCarried(await knownProvider(slug), query.get('request') ?? ''));
  // By redirect it was seen whole, before the person signed in.
  return asked.binding === 'HTTP-POST' ? asked : undefined;
}
