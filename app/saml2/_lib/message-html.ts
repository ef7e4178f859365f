import { randomBytes } from 'node:crypto';

/** A page for people whose sign-in did not come about. Plain HTML: it stands outside the console. */
export interface Message {
  status: number;
  title: string;
  message: string;
  hint?: string | undefined;
  /** Stable code, for whoever helps. */
  code: string;
  /** The application, where it is known. */
  application?: string | undefined;
  /** Who is signed in. */
  username?: string | undefined;
  links: readonly { href: string; label: string }[];
}

const css = `
:root { color-scheme: light dark; --canvas: #f7f8f9; --surface: #fff; --ink: #16181d; --muted: #5a6070; --line: #d5d9e0; --accent: #2f4bd8; }
@media (prefers-color-scheme: dark) {
  :root { --canvas: #0d0e11; --surface: #16181d; --ink: #eceef2; --muted: #a0a7b5; --line: #33373f; --accent: #9db0ff; }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100dvh; display: grid; place-items: center; padding: 24px; background: var(--canvas); color: var(--ink);
  font: 14px/20px 'Inter Variable', system-ui, sans-serif; }
main { width: 100%; max-width: 480px; padding: 24px; background: var(--surface); border: 1px solid var(--line); border-radius: 8px; }
h1 { margin: 0 0 12px; font-size: 20px; line-height: 28px; font-weight: 600; }
p { margin: 0 0 12px; }
.muted { color: var(--muted); }
nav { display: flex; flex-wrap: wrap; gap: 16px; margin: 20px 0; }
a { color: var(--accent); }
a:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 2px; }
code { font: 12px/16px ui-monospace, monospace; }
footer { padding-top: 12px; border-top: 1px solid var(--line); color: var(--muted); font-size: 12px; line-height: 16px; }
`;

/** Renders the page, never cached, with a policy that lets nothing run. */
export function messageResponse(message: Message): Response {
  const nonce = randomBytes(16).toString('base64');
  const html = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(message.title)} · Latchkey</title>
<style nonce="${nonce}">${css}</style>
</head>
<body>
<main>
<h1>${escapeHtml(message.title)}</h1>
<p>${escapeHtml(message.message)}</p>
${message.hint ? `<p class="muted">${escapeHtml(message.hint)}</p>` : ''}
<nav aria-label="What you can do">${message.links.map(link).join('')}</nav>
<footer>${footer(message)}</footer>
</main>
</body>
</html>
`;
  return new Response(html, {
    status: message.status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': `default-src 'none'; style-src 'nonce-${nonce}'; base-uri 'none'; frame-ancestors 'none'`,
      'referrer-policy': 'no-referrer',
    },
  });
}

function link({ href, label }: { href: string; label: string }): string {
  return `<a href="${escapeHtml(href)}">${escapeHtml(label)}</a>`;
}

function footer({ application, username, code }: Message): string {
  const who = username ? `Signed in as ${escapeHtml(username)}. ` : '';
  const where = application ? `Application: ${escapeHtml(application)}. ` : '';
  return `${who}${where}Code: <code>${escapeHtml(code)}</code>, ${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC.`;
}

function escapeHtml(value: string): string {
  return value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
