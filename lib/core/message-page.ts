import { escapeHtml, plainPage } from './plain-page';

/** A page for people whose sign-in did not come about. Plain HTML: it stands outside the console. */
export interface Message {
  status: number;
  title: string;
  message: string;
  hint?: string | undefined;
  /** Stable code, for whoever helps. */
  code: string;
  /** By which whoever helps finds what happened. */
  reference?: string | undefined;
  /** The application, where it is known. */
  application?: string | undefined;
  /** Who is signed in. */
  username?: string | undefined;
  links: readonly { href: string; label: string }[];
  /** Of the page's style: base64, new for every page. */
  nonce: string;
}

/** An answer that is a page, whoever writes it to the wire. */
export interface MessagePage {
  status: number;
  headers: Record<string, string>;
  html: string;
}

/** Renders the page, never cached, with a policy that lets nothing run. */
export function messagePage(message: Message): MessagePage {
  const { title, hint, code, reference, links, nonce } = message;
  const { html, contentSecurityPolicy } = plainPage({
    title,
    message: message.message,
    hint,
    code,
    reference,
    about: aboutOf(message),
    more: `<nav aria-label="What you can do">${links.map(link).join('')}</nav>`,
    nonce,
  });
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': contentSecurityPolicy,
    'referrer-policy': 'no-referrer',
  };
  return { status: message.status, headers, html };
}

function link({ href, label }: { href: string; label: string }): string {
  return `<a href="${escapeHtml(href)}">${escapeHtml(label)}</a>`;
}

function aboutOf({ application, username }: Message): string {
  return `${username ? `Signed in as ${username}. ` : ''}${application ? `Application: ${application}. ` : ''}`;
}
