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
code { font: 12px/16px ui-monospace, monospace; white-space: nowrap; }
footer { margin-top: 20px; padding-top: 12px; border-top: 1px solid var(--line); color: var(--muted); font-size: 12px; line-height: 16px; }
`;

export interface PlainPage {
  title: string;
  message: string;
  hint?: string | undefined;
  /** Stable code, for whoever helps. */
  code: string;
  /** By which whoever helps finds what happened. */
  reference?: string | undefined;
  /** HTML between the texts and the foot. */
  more?: string;
  /** Text at the foot, before the code. */
  about?: string;
  /** Seconds after which the browser asks for the same again. */
  retrySeconds?: number;
  /** Of the page's style: base64, new for every page. */
  nonce: string;
}

/**
 * A page that stands outside of the console, for when that is not what somebody wanted, or cannot answer: no script, and
 * nothing to load but the icon.
 * @returns the page and the Content-Security-Policy to send it with
 */
export function plainPage(page: PlainPage): { html: string; contentSecurityPolicy: string } {
  const { title, message, hint, code, reference, more = '', about = '', retrySeconds, nonce } = page;
  const at = new Date().toISOString().slice(0, 16).replace('T', ' ');
  const html = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
${retrySeconds ? `<meta http-equiv="refresh" content="${retrySeconds}">\n` : ''}<link rel="icon" href="/icon.svg" type="image/svg+xml">
<title>${escapeHtml(title)} · Latchkey</title>
<style nonce="${nonce}">${css}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(message)}</p>
${hint ? `<p class="muted">${escapeHtml(hint)}</p>` : ''}
${more}
<footer>${escapeHtml(about)}${reference ? `Reference: <code>${escapeHtml(reference)}</code>. ` : ''}Code: <code>${escapeHtml(code)}</code>, ${at} UTC.</footer>
</main>
</body>
</html>
`;
  const contentSecurityPolicy = [
    "default-src 'none'",
    `style-src 'nonce-${nonce}'`,
    "img-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
  return { html, contentSecurityPolicy };
}

const special: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

export function escapeHtml(value: string): string {
  return value.replace(/[&<>"']/g, (character) => special[character] ?? character);
}
