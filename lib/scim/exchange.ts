/** One request and its answer, as kept with an attempt. Holds no header, hence no credentials; bodies are redacted. */
export interface ScimExchange {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: string;
  requestBody?: string;
  status?: number;
  responseBody?: string;
  durationMs: number;
  /** Why there is no complete answer. */
  error?: string;
}

/** Replaces secrets in a text that will be stored or shown. */
export type Redact = (text: string) => string;

const replacement = '[redacted]';
/** `"password": "…"` in JSON, however deep; an unfinished string at the end of a cut body counts too. */
const passwords = /("(?:password|client_secret|access_token|refresh_token)"\s*:\s*)"(?:[^"\\]|\\.)*(?:"|$)/gi;
/** The same as an operation of a PATCH: `"path": "password", "value": "…"`. */
const patchedPasswords = /("path"\s*:\s*"[^"]*password"\s*,\s*"value"\s*:\s*)"(?:[^"\\]|\\.)*(?:"|$)/gi;

/**
 * Redacts passwords, and the connection's own secrets wherever a server or a URL repeats them: as they are, URL-encoded
 * or as a JSON string.
 */
export function createRedactor(secrets: readonly string[]): Redact {
  const spellings = secrets
    .filter((secret) => secret !== '')
    .flatMap((secret) => [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]);
  // Longest first, so that a secret inside another one leaves no rest behind.
  const unique = [...new Set(spellings)].sort((left, right) => right.length - left.length);
  return (text) => {
    const cleaned = unique.reduce((rest, secret) => rest.replaceAll(secret, replacement), text);
    const redacted = `$1"${replacement}"`;
    return cleaned.replace(passwords, redacted).replace(patchedPasswords, redacted);
  };
}
