import { links } from '@/lib/core/links';
import { statusForOnlyLooking } from '@/lib/core/only-looks';
import { random128 } from '@/lib/crypto/random';
import { SamlError } from '@/lib/saml/error';
import { logoutPage } from '@/lib/saml/post-binding-page';
import { answerCarriedLogout, answerLogoutRequest, receiveLogoutPost } from '@/lib/sso/logout/answer-logout';
import { openLogout, pathToGoOn, sealLogout } from '@/lib/sso/logout/carry-logout';
import { goOn, type LogoutStep } from '@/lib/sso/logout/go-on';
import { takeLogoutResponse } from '@/lib/sso/logout/take-answer';
import { readForm, single } from './form';
import { type SamlAnswer, type SamlRequest, seeOther } from './wire';

/**
 * The single logout URL: a LogoutRequest or LogoutResponse of the HTTP-Redirect binding, or a browser that goes on with a logout that was
 * begun here or came by POST.
 */
export async function logoutByRedirect(asked: SamlRequest): Promise<SamlAnswer> {
  const { slug, rawQuery, clientAddress, method, headerOf } = asked;
  // Scripts of our own pages fetch what they are sent on to before the browser goes there: that is no visit.
  const mode = headerOf('sec-fetch-mode');
  const status = statusForOnlyLooking(method, headerOf) ?? (mode && mode !== 'navigate' ? 503 : undefined);
  if (status) return { status, headers: { 'cache-control': 'no-store' } };
  const caller = await asked.caller();
  const query = new URLSearchParams(rawQuery);
  const [carried, going] = [query.get('carried'), query.get('go')];
  if (carried !== null) return respond(await answerCarriedLogout(slug, carried, caller, clientAddress));
  if (going !== null) return respond(await goOn(logoutIn(going)));
  const incoming = { binding: 'HTTP-Redirect' as const, rawQuery };
  if (refuseBoth(query.has('SAMLRequest'), query.has('SAMLResponse')) === 'SAMLResponse') {
    return respond(await goOn(await takeLogoutResponse(slug, incoming, clientAddress)));
  }
  return respond(await answerLogoutRequest(slug, incoming, caller, clientAddress));
}

/** The same by the HTTP-POST binding. It comes from another site, without our cookie: the browser comes back with a GET. */
export async function logoutByPost({ slug, body, clientAddress }: SamlRequest): Promise<SamlAnswer> {
  const form = readForm(await body());
  const [request, response] = [single(form, 'SAMLRequest'), single(form, 'SAMLResponse')];
  const relayState = single(form, 'RelayState');
  const message = request ?? response ?? '';
  const incoming = { binding: 'HTTP-POST' as const, message, relayState };
  if (refuseBoth(request !== undefined, response !== undefined) === 'SAMLResponse') {
    return seeOther(pathToGoOn(slug, await takeLogoutResponse(slug, incoming, clientAddress)));
  }
  return seeOther(`/saml2/${slug}/logout?carried=${await receiveLogoutPost(slug, incoming, clientAddress)}`);
}

/** Which of the two came. @throws SamlError for both or neither */
function refuseBoth(request: boolean, response: boolean): 'SAMLRequest' | 'SAMLResponse' {
  if (request && response) {
    throw new SamlError('parameter_repeated', 'A LogoutRequest and a LogoutResponse came at once.');
  }
  if (!request && !response) {
    throw new SamlError('parameter_missing', 'There is neither a SAMLRequest nor a SAMLResponse.');
  }
  return request ? 'SAMLRequest' : 'SAMLResponse';
}

function logoutIn(sealed: string): string {
  const id = openLogout(sealed);
  if (id === undefined) throw new SamlError('parameter_missing', 'This link is incomplete.');
  return id;
}

function respond(step: LogoutStep): SamlAnswer {
  if (step.kind === 'done') return seeOther(links.signedOut(sealLogout(step.logoutId)));
  const { html, headers } = logoutPage(step.outgoing, step.application, random128('base64'));
  return { status: 200, headers, body: html };
}
