export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** undefined for what is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A boolean however a server spells it; undefined for anything else. */
export function readBoolean(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'string' || !/^(true|false)$/i.test(value.trim())) return undefined;
  return value.trim().toLowerCase() === 'true';
}

/** A whole number >= 0, also as a string; undefined for anything else. */
export function readCount(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}

/** The value of a key in whatever case a server writes it. */
export function getIgnoringCase(holder: Record<string, unknown>, key: string): unknown {
  if (Object.hasOwn(holder, key)) return holder[key];
  const wanted = key.toLowerCase();
  const found = Object.keys(holder).find((candidate) => candidate.toLowerCase() === wanted);
  return found === undefined ? undefined : holder[found];
}
