import { clientAddressOf, rawQueryHeader } from '@/lib/auth/request-info';
import { SamlError } from '@/lib/saml/error';
import { answerRequest, startSignIn } from '@/lib/sso/answer-request';
import { linkRelayState, linkWithRelayState } from '@/lib/sso/link-relay-state';
import { receiveRequest } from '@/lib/sso/receive-request';
import { answerToOnlyLooking } from '../../_lib/only-looks';
import { currentPerson, orMessage, respond, seeOther } from '../_lib/respond';

interface Segment {
  params: Promise<{ slug: string }>;
}

/** Characters of a form that carries an AuthnRequest and a RelayState; honest ones have some thousand. */
const maxFormCharacters = 262_144;

/** The SSO IdP URL: an AuthnRequest of the HTTP-Redirect binding; without one, IdP-initiated sign-in (`?RelayState=`). */
export async function GET(request: Request, { params }: Segment): Promise<Response> {
  const { slug } = await params;
  const onlyLooking = answerToOnlyLooking(request);
  if (onlyLooking) return onlyLooking;
  return orMessage(slug, async () => {
    const { person } = await currentPerson();
    const rawQuery = queryOf(request);
    if (!/(?:^|&)(?:SAMLRequest|%53)/.test(rawQuery)) {
      const relayState = linkRelayState(rawQuery);
      return respond(await startSignIn(slug, person, relayState), linkWithRelayState(`/saml2/${slug}`, relayState));
    }
    const incoming = { binding: 'HTTP-Redirect' as const, rawQuery };
    const { carried } = await receiveRequest(slug, incoming, clientAddressOf(request.headers));
    return respond(await answerRequest(slug, carried, person), continuation(slug, carried));
  });
}

/**
 * An AuthnRequest of the HTTP-POST binding. It comes from another site, so a SameSite=Lax cookie is not with it: the
 * browser is given the request along, sealed, and comes back with a GET.
 */
export async function POST(request: Request, { params }: Segment): Promise<Response> {
  const { slug } = await params;
  return orMessage(slug, async () => {
    const form = new URLSearchParams(await readBounded(request));
    const [samlRequest, relayState] = [single(form, 'SAMLRequest'), single(form, 'RelayState')];
    if (samlRequest === undefined) throw new SamlError('parameter_missing', 'There is no SAMLRequest.');
    const incoming = {
      binding: 'HTTP-POST' as const,
      samlRequest,
      ...(relayState === undefined ? {} : { relayState }),
    };
    const { carried } = await receiveRequest(slug, incoming, clientAddressOf(request.headers));
    return seeOther(continuation(slug, carried));
  });
}

function continuation(slug: string, carried: string): string {
  return `/saml2/${slug}/continue?request=${carried}`;
}

/** The query as it came over the wire: a signature covers its octets. */
function queryOf(request: Request): string {
  const raw = request.headers.get(rawQueryHeader);
  if (raw !== null) return raw;
  const at = request.url.indexOf('?');
  return at === -1 ? '' : request.url.slice(at + 1);
}

function single(form: URLSearchParams, name: string): string | undefined {
  const values = form.getAll(name);
  if (values.length > 1) throw new SamlError('parameter_repeated');
  return values[0];
}

async function readBounded(request: Request): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of request.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.length > maxFormCharacters) throw new SamlError('too_large');
  }
  return text + decoder.decode();
}
