import { nextAuthPrefix, nextAuthRoutes } from '@/lib/auth/next-auth-routes';

/** In which words a refusal is told: as a page, as the console's or the API's JSON, or as a line of text. */
export type Face = 'page' | 'saml' | 'json' | 'problem' | 'scim' | 'text';

/** What may come to a path. */
export interface Rule {
  face: Face;
  /** Without OPTIONS, which is answered everywhere. */
  methods: readonly string[];
  /** Bytes that a body may have, whoever sends it. */
  maxBytes: number;
  /** Bytes that it may have where the request carries a session of ours. */
  maxBytesSignedIn: number;
  /** False for what is answered without the database. */
  needsDatabase: boolean;
  /** False for what costs next to nothing, and for the HTTP API and inbound SCIM, which count by their tokens. */
  isCounted: boolean;
  /** False where a page may stand in a window that an application opened and wants to hear from again. */
  ownWindow: boolean;
}

const KiB = 1024;
const MiB = 1024 * KiB;

/** What anybody may send: a sign-in, a small form. Nothing that a stranger is let do needs more. */
const smallBytes = 16 * KiB;
/** Service provider metadata of 1 MiB in JSON; lib/core/request-body.ts and next.config.ts have the same bound. */
const largeBytes = 2 * MiB;
/** A file of 20,000 people with some dozen columns. */
const fileBytes = 8 * MiB;
/** An AuthnRequest with its signature and certificates, in base64, and a RelayState. Honest ones have some thousand. */
const samlBytes = 256 * KiB;

const reading = ['GET', 'HEAD'] as const;
const both = [...reading, 'POST'] as const;

/** A page: read, and posted to by its server actions. The rule for whatever the table below does not know. */
const page: Rule = {
  face: 'page',
  methods: both,
  maxBytes: smallBytes,
  maxBytesSignedIn: largeBytes,
  needsDatabase: true,
  isCounted: true,
  ownWindow: true,
};
/** Where somebody may come by on the way to an application. */
const signInPage: Rule = { ...page, ownWindow: false };
const json: Rule = { ...page, face: 'json', methods: reading };
const signIn: Rule = { ...json, methods: both, maxBytesSignedIn: smallBytes };
const saml: Rule = { ...page, face: 'saml', methods: reading, maxBytesSignedIn: smallBytes };
const api: Rule = {
  ...page,
  face: 'problem',
  methods: [...both, 'PUT', 'PATCH', 'DELETE'],
  maxBytes: largeBytes,
  isCounted: false,
};
/** Another directory, by its token; whoever has none is answered without the database being asked for much. */
const scim: Rule = { ...api, face: 'scim' };
/** A quarter of a megabyte, for anybody. */
const description: Rule = { ...api, methods: reading, maxBytes: smallBytes, needsDatabase: false, isCounted: true };
const file: Rule = {
  ...page,
  face: 'text',
  methods: reading,
  maxBytesSignedIn: smallBytes,
  needsDatabase: false,
  isCounted: false,
};

/**
 * Path and what may come to it; `*` stands for one part of a path, `**` for the rest. The first that fits counts. A
 * test holds the table against the routes there are.
 */
const table: readonly (readonly [pattern: string, rule: Rule])[] = [
  ['/healthz', file],
  ['/readyz', file],
  ['/_next/**', file],
  ['/api/v1/openapi.json', description],
  ['/api/v1', api],
  ['/api/v1/**', api],
  ['/scim/v2', scim],
  ['/scim/v2/**', scim],
  ...Object.entries(nextAuthRoutes).map(([path, methods]) => [nextAuthPrefix + path, { ...signIn, methods }] as const),
  ['/api/auth/**', signIn],
  ['/api/applications/*/integration/test', { ...json, methods: ['POST'] }],
  ['/api/applications/*/deprovision-preview', { ...json, methods: both }],
  ['/api/applications/*/mapping-preview', { ...json, methods: ['POST'] }],
  ['/api/applications/*/import-preview', { ...json, methods: ['POST'] }],
  ['/api/applications/*/scope-filter/*', { ...json, methods: ['POST'] }],
  ['/api/group-rules/preview', { ...json, methods: ['POST'] }],
  ['/api/user-files', { ...json, methods: ['POST'], maxBytesSignedIn: fileBytes }],
  ['/api/user-batches/preview', { ...json, methods: ['POST'] }],
  ['/api/imports/*/run', { ...json, methods: ['POST'] }],
  ['/api/**', json],
  // Where browsers come by themselves on the way to an authorisation server and back.
  ['/oauth/**', { ...page, methods: reading, maxBytesSignedIn: smallBytes }],
  ['/saml2/*', { ...saml, methods: both, maxBytes: samlBytes, maxBytesSignedIn: samlBytes }],
  ['/saml2/*/logout', { ...saml, methods: both, maxBytes: samlBytes, maxBytesSignedIn: samlBytes }],
  ['/saml2/**', saml],
  ['/account', signInPage],
  ['/activate', signInPage],
  ['/change-password', signInPage],
  ['/forgot-password', signInPage],
  ['/sign-in', signInPage],
  ['/signed-out', signInPage],
];

const compiled = table.map(([pattern, rule]) => ({ matches: expressionOf(pattern), rule }));
/** Files of public/ stand at the top level, and have a dot in their name, which no page has. */
const topLevelFile = /^\/[^/]+\.[a-z\d]+$/;

function expressionOf(pattern: string): RegExp {
  const parts = pattern.split('/').map((part) => {
    if (part === '**') return '.+';
    return part === '*' ? '[^/]+' : part.replaceAll('.', '\\.');
  });
  return new RegExp(`^${parts.join('/')}$`);
}

/**
 * The rule of a path. However a path is written, its limit is never larger than that of the path it stands for: what is
 * not in its plain form (percent-encoded, doubled slashes, dot segments) gets the smallest limit there is.
 * @param path as it came over the wire, without query
 */
export function ruleFor(path: string): Rule {
  const plain = plainFormOf(path);
  const rule = ruleOfPlain(plain ?? '/');
  return plain === path
    ? rule
    : { ...rule, maxBytes: Math.min(rule.maxBytes, smallBytes), maxBytesSignedIn: smallBytes };
}

function ruleOfPlain(path: string): Rule {
  const found = compiled.find(({ matches }) => matches.test(path))?.rule;
  return found ?? (topLevelFile.test(path) ? file : page);
}

// Made once: what is built for Node makes it anew wherever it stands.
const control = /\p{Cc}/u;

/** Whether a path means anything: its percent-encoding is text, without characters that nobody types. */
export function isReadable(path: string): boolean {
  try {
    return !control.test(path.includes('%') ? decodeURIComponent(path) : path);
  } catch {
    return false;
  }
}

/** Parts that begin with no dot, of what needs no encoding: nearly every path, which is its own plain form. */
const plainPath = /^(?:\/[\w~-][\w.~-]*)+$/;

/** What a server could take the path for; undefined when that is nothing. */
function plainFormOf(path: string): string | undefined {
  if (plainPath.test(path)) return path;
  try {
    const decoded = decodeURIComponent(path).replaceAll(/[\\/]+/g, '/');
    const { pathname } = new URL(decoded.startsWith('/') ? decoded : `/${decoded}`, 'http://plain');
    return pathname.length > 1 ? pathname.replace(/\/$/, '') : pathname;
  } catch {
    return undefined;
  }
}
