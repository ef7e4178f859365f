import { randomBytes } from 'node:crypto';

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
a { color: var(--accent); }
a:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 2px; }
code { font: 12px/16px ui-monospace, monospace; }
footer { margin-top: 20px; padding-top: 12px; border-top: 1px solid var(--line); color: var(--muted); font-size: 12px; line-height: 16px; }
`;

/**
 * A page for when the console itself cannot answer: no script, nothing to load.
 * @param retrySeconds after which the browser asks again by itself
 * @returns the page and the Content-Security-Policy to send it with
 */
export function plainPage(options: {
  title: string;
  message: string;
  hint?: string | undefined;
  code: string;
  retrySeconds?: number;
}): { html: string; contentSecurityPolicy: string } {
  const { title, message, hint, code, retrySeconds } = options;
  const nonce = randomBytes(16).toString('base64');
  const again = retrySeconds
    ? `<p class="muted">This page asks again every ${retrySeconds} seconds. <a href="">Ask now</a></p>`
    : '';
  const html = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
${retrySeconds ? `<meta http-equiv="refresh" content="${retrySeconds}">\n` : ''}<title>${escapeHtml(title)} · Latchkey</title>
<style nonce="${nonce}">${css}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(message)}</p>
${hint ? `<p class="muted">${escapeHtml(hint)}</p>` : ''}
${again}
<footer>Code: <code>${escapeHtml(code)}</code>, ${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC.</footer>
</main>
</body>
</html>
`;
  return {
    html,
    contentSecurityPolicy: `default-src 'none'; style-src 'nonce-${nonce}'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  };
}

const special: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escapeHtml(value: string): string {
  return value.replace(/[&<>"']/g, (character) => special[character] ?? character);
}
