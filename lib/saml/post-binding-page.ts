import { SamlError } from './error';
import { isWebUrl } from './schema';
import type { Outgoing } from './send-message';

/**
 * The page that carries a response to the ACS (SAML Bindings 3.5.4): a form that submits itself, with a button for
 * browsers without scripts. Where the ACS leads on to an app rather than to a page, this page stays.
 *
 * @param samlResponse the XML; it is base64-encoded here
 * @param relayState as the SP sent it, or the default; left out of the form when absent
 * @param nonce of the one script and the one style on the page, base64; new for every page
 * @returns the page and the headers to send it with
 * @throws SamlError acs_not_registered when the address is not http(s), malformed_encoding for a nonce that is not base64
 */
export function postBindingPage({
  acsUrl,
  samlResponse,
  relayState,
  nonce,
}: {
  acsUrl: string;
  samlResponse: string;
  relayState?: string | undefined;
  nonce: string;
}): CarryingPage {
  if (!isWebUrl(acsUrl)) throw new SamlError('acs_not_registered', 'The ACS URL is not a web address.');
  const fields = [
    hiddenField('SAMLResponse', Buffer.from(samlResponse).toString('base64')),
    ...(relayState === undefined ? [] : [hiddenField('RelayState', relayState)]),
  ];
  return carryingPage({
    title: 'Signing in…',
    nonce,
    body: `${formOf(acsUrl, fields, 'signing in')}
<p>Signing you in… When the application has opened in a window of its own, you can close this one.</p>`,
  });
}

/**
 * The page that carries a logout message on: by a form that submits itself, or for HTTP-Redirect by an address that the browser
 * goes on to. That is a page, too, because browsers give up after some twenty redirects, and each service provider takes several.
 *
 * @param application whose name stands on it
 * @param nonce as above
 * @throws SamlError as above
 */
export function logoutPage(outgoing: Outgoing, application: string, nonce: string): CarryingPage {
  if (!isWebUrl(outgoing.url)) throw new SamlError('acs_not_registered', 'The logout URL is not a web address.');
  const said = `<p>Signing you out of ${escapeHtml(application)}…</p>`;
  if (outgoing.kind === 'redirect') {
    const href = escapeHtml(outgoing.url);
    return carryingPage({
      title: 'Signing out…',
      nonce,
      head: `<meta http-equiv="refresh" content="0; url=${href}">\n`,
      body: `${said}\n<p><a href="${href}">Go on</a> if nothing happens.</p>`,
    });
  }
  const { parameter, message, relayState } = outgoing;
  const fields = [
    hiddenField(parameter, Buffer.from(message).toString('base64')),
    ...(relayState === undefined ? [] : [hiddenField('RelayState', relayState)]),
  ];
  return carryingPage({
    title: 'Signing out…',
    nonce,
    body: `${formOf(outgoing.url, fields, 'signing out')}\n${said}`,
  });
}

/** A page that sends the browser on, and the headers to send it with. */
export interface CarryingPage {
  html: string;
  headers: Record<string, string>;
}

function formOf(url: string, fields: readonly string[], what: string): string {
  return `<form method="post" action="${escapeHtml(url)}">
${fields.join('\n')}
<noscript><p>Your browser does not run scripts. Select Continue to finish ${what}.</p><button type="submit">Continue</button></noscript>
</form>`;
}

function carryingPage(page: { title: string; body: string; head?: string; nonce: string }): CarryingPage {
  const { title, body, head = '', nonce } = page;
  if (!/^[A-Za-z0-9+/_-]{16,}={0,2}$/.test(nonce))
    throw new SamlError('malformed_encoding', 'The nonce is not base64.');
  const script = head ? '' : `<script nonce="${nonce}">document.forms[0].submit();</script>\n`;
  const html = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
${head}<title>${title}</title>
<style nonce="${nonce}">:root { color-scheme: light dark; } body { margin: 30vh auto; max-width: 28rem; padding: 0 24px; font: 14px/20px system-ui, sans-serif; text-align: center; }</style>
</head>
<body>
${body}
${script}</body>
</html>
`;
  return { html, headers: { ...headers, 'content-security-policy': contentSecurityPolicy(nonce) } };
}

const headers = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  // The ACS sees by Origin where the response comes from, also one by plain http (no-referrer makes Origin null, and so do the
  // strict policies there), and nobody sees more than that.
  'referrer-policy': 'origin',
};

/**
 * No form-action: browsers hold it against the redirects that follow a form too, and an ACS sends people on to wherever the
 * application lives, be it a web page or an app with a scheme of its own, which no source expression but its name allows. What
 * it would guard against, a second form, cannot come in: everything on the page is escaped, and nothing but the one script runs.
 */
function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}'`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function hiddenField(name: string, value: string): string {
  return `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`;
}

const special: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

// HTML parsers turn a raw CR into LF; as a reference it stays what the SP sent.
function escapeHtml(value: string): string {
  return value.replace(/[&<>"']/g, (character) => special[character] ?? character).replaceAll('\r', '&#13;');
}
