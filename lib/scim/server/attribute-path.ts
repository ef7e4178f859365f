/** Where a value stands: `name.givenName`, `<schema URN>:department`, or a whole extension (no attribute). */
export interface AttributePath {
  /** Of an extension; attributes of the core schemas stand without. */
  schema?: string;
  /** Absent: the extension itself. */
  attribute?: string;
  sub?: string;
}

/** ATTRNAME of RFC 7643 §2.1, `$ref` as its one exception. */
const plain = /^(\$ref|[A-Za-z][\w-]*)(?:\.(\$ref|[A-Za-z][\w-]*))?$/;
const core = /^urn:ietf:params:scim:schemas:core:2\.0:(?:User|Group)(?::|$)/i;
/** A schema URN ends with its version and the resource: `…:2.0:User`. */
const wholeSchema = /^urn:[A-Za-z0-9][\w-]*(?::[\w.~-]+)*:\d+(?:\.\d+)*:[A-Z]\w*$/;

/** Reads a path without brackets (RFC 7644 §3.10); undefined for what is none. Any case of letters. */
export function readAttributePath(text: string): AttributePath | undefined {
  if (!/^urn:/i.test(text)) return ofPlain(text);
  if (core.test(text)) return ofPlain(text.replace(core, ''));
  if (wholeSchema.test(text)) return { schema: text };
  // `2.0:User:manager.value`: the schema ends at the last colon, its own dots are before that.
  const colon = text.lastIndexOf(':');
  const rest = ofPlain(text.slice(colon + 1));
  return rest && { schema: text.slice(0, colon), ...rest };
}

function ofPlain(text: string): AttributePath | undefined {
  const match = plain.exec(text);
  if (!match) return undefined;
  const [, attribute = '', sub] = match;
  return sub === undefined ? { attribute } : { attribute, sub };
}

/** A path as it is told in a message. */
export function pathText({ schema, attribute, sub }: AttributePath): string {
  return [schema, [attribute, sub].filter(Boolean).join('.')].filter(Boolean).join(':');
}

/** Attribute names and URNs are the same in any case (RFC 7643 §2.1). */
export function sameName(left: string | undefined, right: string | undefined): boolean {
  return left?.toLowerCase() === right?.toLowerCase();
}
