export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** How a NUL or half of a surrogate pair can come into JSON; whole pairs can be written so, too. */
const suspicious = /\\u(?:0000|d[89a-f])/i;

/** undefined for what is not JSON. What no database stores as text, a NUL or half of a surrogate pair, is taken out. */
export function parseJson(text: string): unknown {
  try {
    const json: unknown = JSON.parse(text);
    return suspicious.test(text) ? storable(json) : json;
  } catch {
    return undefined;
  }
}

// Made once: what is built for Node makes it anew wherever it stands.
const surrogate = /\p{Surrogate}/gu;

function storable(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('\0', '').replace(surrogate, '\ufffd');
  if (Array.isArray(value)) return value.map(storable);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [storable(key), storable(inner)]));
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
