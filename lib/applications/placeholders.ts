/** Names in braces, as templates and forms write them: {SUBDOMAIN}. */
const placeholder = /\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

export interface Resolved {
  text: string;
  /** Names without a value, in the order in which they appear. */
  missing: string[];
}

/** Replaces every `{NAME}` that has a value. One pass: a value that looks like a placeholder is not replaced again. */
export function resolvePlaceholders(text: string, values: Readonly<Record<string, string>>): Resolved {
  const missing: string[] = [];
  const resolved = text.replace(placeholder, (whole, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value) return value;
    if (!missing.includes(name)) missing.push(name);
    return whole;
  });
  return { text: resolved, missing };
}

/** Replaces in every string of a JSON value; what has no value stays as it is. */
export function resolveDeep<T>(value: T, values: Readonly<Record<string, string>>): T {
  if (typeof value === 'string') return resolvePlaceholders(value, values).text as T;
  if (Array.isArray(value)) return value.map((item) => resolveDeep(item, values)) as T;
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolveDeep(item, values)])) as T;
  }
  return value;
}
