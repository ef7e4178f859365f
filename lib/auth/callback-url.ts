const base = 'http://same.origin';

/**
 * The path to go to after signing in: only a path of this origin is honoured, so that a link to the sign-in page cannot
 * send anybody elsewhere. @returns path with query, or undefined for anything else
 */
export function safeCallbackPath(value: string | null | undefined): string | undefined {
  if (!value?.startsWith('/') || value.length > 8000) return undefined;
  try {
    const url = new URL(value, base);
    // "//host" and "/\host" are other hosts to a browser, and so they are to URL.
    if (url.origin !== base) return undefined;
    const path = `${url.pathname}${url.search}`;
    return path.startsWith('//') || path.startsWith('/sign-in') ? undefined : path;
  } catch {
    return undefined;
  }
}
