import { statusForOnlyLooking } from '@/lib/core/only-looks';
import { random128 } from '@/lib/crypto/random';
import { SamlError } from '@/lib/saml/error';
import { postBindingPage } from '@/lib/saml/post-binding-page';
import { answerRedirect, answerRequest, startSignIn } from '@/lib/sso/answer-request';
import type { Answer } from '@/lib/sso/ask';
import { linkRelayState, linkWithRelayState } from '@/lib/sso/link-relay-state';
import { receiveRequest } from '@/lib/sso/receive-request';
import { readForm, single } from './form';
import { type SamlAnswer, type SamlRequest, seeOther } from './wire';

/** The SSO IdP URL: an AuthnRequest of the HTTP-Redirect binding; without one, IdP-initiated sign-in (`?RelayState=`). */
export async function receiveByRedirect(asked: SamlRequest): Promise<SamlAnswer> {
  const onlyLooking = answerToOnlyLooking(asked);
  if (onlyLooking) return onlyLooking;
  const { slug, rawQuery, clientAddress } = asked;
  const caller = await asked.caller();
  if (!/(?:^|&)(?:SAMLRequest|%53)/.test(rawQuery)) {
    const relayState = linkRelayState(rawQuery);
    return respond(await startSignIn(slug, caller, relayState), linkWithRelayState(`/saml2/${slug}`, relayState));
  }
  const answer = await answerRedirect(slug, rawQuery, caller, clientAddress);
  const carried = answer.kind === 'sign_in' ? answer.carried : undefined;
  return respond(answer, continuation(slug, carried ?? ''));
}

/**
 * An AuthnRequest of the HTTP-POST binding. It comes from another site, so a SameSite=Lax cookie is not with it: the
 * browser is given the request along, sealed, and comes back with a GET.
 */
export async function receiveByPost({ slug, body, clientAddress }: SamlRequest): Promise<SamlAnswer> {
  const form = readForm(await body());
  const [samlRequest, relayState] = [single(form, 'SAMLRequest'), single(form, 'RelayState')];
  if (samlRequest === undefined) throw new SamlError('parameter_missing', 'There is no SAMLRequest.');
  const incoming = {
    binding: 'HTTP-POST' as const,
    samlRequest,
    ...(relayState === undefined ? {} : { relayState }),
  };
  const { carried } = await receiveRequest(slug, incoming, clientAddress);
  return seeOther(continuation(slug, carried));
}

/** Goes on with an AuthnRequest that was received: after a POST, and after signing in. */
export async function goOn(asked: SamlRequest): Promise<SamlAnswer> {
  const onlyLooking = answerToOnlyLooking(asked);
  if (onlyLooking) return onlyLooking;
  const { slug, rawQuery } = asked;
  const carried = new URLSearchParams(rawQuery).get('request') ?? '';
  return respond(await answerRequest(slug, carried, await asked.caller()), continuation(slug, carried));
}

/** Sends the browser on. @param back path of this origin to come back to after signing in */
function respond(answer: Answer, back: string): SamlAnswer {
  if (answer.kind === 'redirect') return seeOther(answer.url);
  if (answer.kind === 'sign_in') {
    const query = new URLSearchParams({ callbackUrl: back });
    if (answer.prompt) query.set('prompt', 'login');
    if (answer.identifier) query.set('identifier', answer.identifier);
    return seeOther(`/sign-in?${query}`);
  }
  const { html, headers } = postBindingPage({
    acsUrl: answer.acsUrl,
    samlResponse: answer.samlResponse,
    relayState: answer.relayState,
    nonce: random128('base64'),
  });
  return { status: 200, headers, body: html, samlResponse: answer.samlResponse };
}

function answerToOnlyLooking({ method, headerOf }: SamlRequest): SamlAnswer | undefined {
  const status = statusForOnlyLooking(method, headerOf);
  return status && { status, headers: { 'cache-control': 'no-store' } };
}

function continuation(slug: string, carried: string): string {
  return `/saml2/${slug}/continue?request=${carried}`;
}
