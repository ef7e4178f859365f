import { z } from 'zod';
import { addressOrNetworkSchema } from './address-or-network';

const port = z.coerce
  .number('must be a number')
  .int('must be a whole number')
  .min(1, 'must be 1 to 65535')
  .max(65_535, 'must be 1 to 65535');

/** An http(s) address without path: what the browser's address bar begins with. */
const origin = z
  .url({ protocol: /^https?$/, error: 'must be an address like https://sso.example.com', abort: true })
  .refine((value) => URL.canParse(value) && new URL(value).pathname === '/' && !value.includes('?'), {
    error: 'must not have a path: the product is served from the root of its own name',
  })
  .transform((value) => new URL(value).origin);

const hostAndPort = z
  .string()
  .regex(/^[^\s/:]+:\d{1,5}$|^\[[0-9a-f:]+\]:\d{1,5}$/i, 'must look like host:port, host:port');

/** Values that stand in one variable, separated by commas. */
const list = z
  .string()
  .default('')
  .transform((value) =>
    value
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  );

const addressOrNetwork = z
  .string()
  .refine(
    (value) => addressOrNetworkSchema.safeParse(value).success,
    'must be addresses or networks like 10.0.0.5, 10.1.0.0/16, fd00::/8',
  )
  .refine((value) => !value.endsWith('/0'), 'must name proxies, not everybody (/0)');

/** Everything that an operator sets, by the names of the environment. Absent is the default that is written here. */
const schema = z.object({
  /** The console's port. */
  PORT: port.default(3000),
  /** The address to listen on; demo: this machine only. */
  HOST: z.string().optional(),
  /** What people type into the browser; behind a proxy, the proxy's name. Absent: http://localhost:PORT. */
  ORIGIN: origin.optional(),
  /** Absent: the embedded PostgreSQL, in the data folder. */
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/, error: 'must look like postgresql://user:password@host:5432/name' })
    .optional(),
  /** Folder for the embedded database and generated keys. */
  LATCHKEY_DATA_DIR: z.string().default('.data'),
  /** Seals secrets at rest and signs sessions. Absent: generated in the data folder. */
  LATCHKEY_SECRET_KEY: z
    .string()
    .min(32, 'must have 32 characters or more; `openssl rand -base64 32` makes one')
    .optional(),
  /** First start: the first administrator. Absent: generated, printed once. */
  LATCHKEY_ADMIN_EMAIL: z.email('must be an e-mail address').optional(),
  LATCHKEY_ADMIN_PASSWORD: z.string().min(12, 'must have 12 characters or more').optional(),
  /** First start: a token of the HTTP API with the administrator's role. Absent: none; `npm run token` makes one. */
  LATCHKEY_API_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]{32,512}$/, 'must have 32 to 512 characters and no spaces; `openssl rand -hex 32` makes one')
    .optional(),
  /** Absent: mail is kept in the outbox page. */
  SMTP_URL: z.url({ protocol: /^smtps?$/, error: 'must look like smtp://user:password@host:587' }).optional(),
  /** Sender of mail. */
  MAIL_FROM: z.string().optional(),
  /** host:port of SCIM servers and receivers of webhooks that may be private or loopback addresses, separated by commas. */
  LATCHKEY_ALLOW_PRIVATE_TARGETS: list.pipe(z.array(hostAndPort)),
  /** Proxies in front, whose X-Forwarded-For, -Host and -Proto count: addresses and networks, separated by commas. */
  LATCHKEY_TRUSTED_PROXIES: list.pipe(z.array(addressOrNetwork)),
  /** Connections to the database per process. Absent: 15, and 8 of a web process beside the embedded database. */
  DATABASE_POOL_SIZE: z.coerce
    .number('must be a number')
    .int('must be a whole number')
    .min(2, 'must be 2 to 100')
    .max(100, 'must be 2 to 100')
    .optional(),
  /** Ports of the demo's service provider and its mail server. */
  SANDBOX_PORT: port.default(4000),
  SANDBOX_SMTP_PORT: port.default(4025),
});

export type Config = z.infer<typeof schema>;

/** Says every problem at once, one line each, without repeating values: some are secrets. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

/**
 * Reads the environment. Empty is the same as absent.
 * @throws ConfigError naming each variable that is wrong and what it should look like
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const set = Object.entries(environment).filter(([, value]) => value !== undefined && value.trim() !== '');
  const result = schema.safeParse(Object.fromEntries(set));
  if (result.success) return result.data;
  const lines = result.error.issues.map((issue) => `  ${String(issue.path[0])} ${issue.message}`);
  throw new ConfigError(`The configuration is not valid:\n${[...new Set(lines)].join('\n')}`);
}
