import type pg from 'pg';
import { getTemplate } from '@/lib/applications/catalogue/templates';
import { idpKeyContext } from '@/lib/applications/idp-keys';
import { type Naming, nameIdNaming, unfitForNameId, usernameNaming } from '@/lib/applications/naming';
import { resolvePlaceholders } from '@/lib/applications/placeholders';
import { type SsoDraft, storedSsoSchema } from '@/lib/applications/schema';
import { readPlaceholderValues } from '@/lib/applications/set-placeholders';
import { AppError } from '@/lib/core/errors';
import { LeastUsed } from '@/lib/core/least-used';
import { unseal } from '@/lib/crypto/seal';
import type { Tx } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { assembledOnce } from '@/lib/db/statement';
import { isWebUrl } from '@/lib/saml/schema';
import { createSigningKey, type SigningKey } from '@/lib/saml/signing-key';
import { type IdpAddresses, idpAddresses } from './addresses';
import { type ResolvedSso, resolveSettings } from './resolve-settings';

/** Latchkey as the identity provider of one application. */
export interface Provider {
  /** Of the rows that it is made of ({@link providerVersion}). */
  version: string;
  application: {
    id: string;
    displayLabel: string;
    slug: string;
    usernameFormat: string;
    kind: 'saml' | 'bookmark';
    ssoStatus: 'not_configured' | 'active' | 'inactive';
  };
  addresses: IdpAddresses;
  draft: SsoDraft;
  /** By which people are named there; of NameID where it is not the application username. */
  namings: { username: Naming; nameId: Naming | undefined };
  /** Why nobody can have a NameID by these settings, unless it is made for them alone. */
  unfitNameId: string | undefined;
  /** What persistent NameIDs are derived from. */
  pairwiseSalt: string;
  resolved: ResolvedSso;
  /** Where people start at the service provider; empty where nobody said. */
  loginUrl: string;
  /** The present certificate first, then the announced one. */
  keys: { id: string; state: 'current' | 'next'; certificate: string; notBefore: Date; notAfter: Date }[];
}

/**
 * SQL: what tells whether a {@link Provider} is still as its rows are, over `a` (applications) and `s` (sso_settings). Every
 * write gives a row another xmin, whoever writes, so nobody has to think of it. What a provider is made of is all here, as below.
 */
export const providerVersion = Prisma.sql`concat_ws(' ', a.id, a.xmin, s.xmin,
  (SELECT sum(hashtext(k.id::text || k.xmin::text)) FROM idp_keys k WHERE k.application_id = a.id), '/',
  (SELECT sum(hashtext(c.id::text || c.xmin::text)) FROM sp_certificates c WHERE c.application_id = a.id))`;

const stored = Prisma.sql`
  SELECT ${providerVersion} AS version, a.id, a.display_label AS "displayLabel", a.slug, a.username_format AS "usernameFormat", a.kind::text,
    a.sso_status::text AS "ssoStatus", a.template_id AS "templateId", a.placeholders,
    s.settings, s.idp_entity_id AS "idpEntityId", s.pairwise_salt AS "pairwiseSalt",
    (SELECT coalesce(json_agg(c.certificate ORDER BY c.created_at, c.id), '[]') FROM sp_certificates c WHERE c.application_id = a.id) AS "spCertificates",
    (SELECT coalesce(json_agg(json_build_object('id', k.id, 'state', k.state, 'certificate', k.certificate, 'notBefore', k.not_before,
      'notAfter', k.not_after, 'privateKeySealed', k.private_key_sealed) ORDER BY k.state), '[]')
      FROM idp_keys k WHERE k.application_id = a.id AND k.state IN ('current', 'next')) AS keys
  FROM applications a JOIN sso_settings s ON s.application_id = a.id`;

interface StoredProvider extends Pick<Provider, 'version' | 'pairwiseSalt'> {
  id: string;
  displayLabel: string;
  slug: string;
  usernameFormat: string;
  kind: Provider['application']['kind'];
  ssoStatus: Provider['application']['ssoStatus'];
  templateId: string;
  placeholders: unknown;
  settings: unknown;
  idpEntityId: string | null;
  spCertificates: string[];
  keys: {
    id: string;
    state: 'current' | 'next';
    certificate: string;
    notBefore: string;
    notAfter: string;
    privateKeySealed: string;
  }[];
}

const bySlug = assembledOnce<StoredProvider & pg.QueryResultRow, 'slug'>(
  'provider',
  ['slug'],
  ({ slug }) => Prisma.sql`${stored} WHERE a.slug = ${slug}`,
);

/** Kept for sign-ins, which ask with each whether it is still as the rows are ({@link providerVersion}). */
const known = new LeastUsed<string, Provider>(500);

/** Sealed private keys of providers that were read, beside them: nobody who has one to show has a key in hand. */
const sealedKeys = new WeakMap<Provider, ReadonlyMap<string, string>>();

/**
 * As the rows are now.
 * @throws AppError `not_found` for an unknown SSO IdP URL, and for bookmarks
 */
export async function getProvider(slug: string): Promise<Provider> {
  const [row] = await bySlug({ slug });
  if (!row) {
    known.delete(slug);
    throw new AppError('not_found', 'There is no application at this address.', {
      hint: 'Check the SSO IdP URL in the settings of the application you came from.',
    });
  }
  const provider = toProvider(row);
  known.set(slug, provider);
  return provider;
}

/** As this process knows it, which may be overtaken: only for who compares its version with the rows' in what it reads next. */
export async function knownProvider(slug: string): Promise<Provider> {
  return known.get(slug) ?? getProvider(slug);
}

export async function findProvider(tx: Tx, where: { id: string }): Promise<Provider | undefined> {
  const [row] = await tx.$queryRaw<StoredProvider[]>`${stored} WHERE a.id = ${where.id}::uuid`;
  return row && toProvider(row);
}

function toProvider(row: StoredProvider): Provider {
  const { id, displayLabel, slug, usernameFormat, kind, ssoStatus, version, pairwiseSalt } = row;
  const draft = storedSsoSchema.parse(row.settings);
  const placeholders = readPlaceholderValues(row.placeholders);
  const loginUrl = resolvePlaceholders(draft.loginUrl, placeholders).text;
  const application = { id, displayLabel, slug, usernameFormat, kind, ssoStatus };
  const provider: Provider = {
    version,
    application,
    namings: {
      username: usernameNaming(usernameFormat),
      nameId: nameIdNaming(application, draft.nameIdSource),
    },
    unfitNameId: unfitForNameId(draft.nameIdSource),
    addresses: idpAddresses(slug, row.idpEntityId),
    loginUrl: isWebUrl(loginUrl) ? loginUrl : '',
    draft,
    pairwiseSalt,
    resolved: resolveSettings({
      draft,
      placeholders,
      known: getTemplate(row.templateId).placeholders,
      spCertificates: row.spCertificates,
    }),
    keys: row.keys.map(({ privateKeySealed: _, notBefore, notAfter, ...key }) => ({
      ...key,
      notBefore: new Date(notBefore),
      notAfter: new Date(notAfter),
    })),
  };
  sealedKeys.set(provider, new Map(row.keys.map((key) => [key.id, key.privateKeySealed])));
  return provider;
}

const parsedKeys = new LeastUsed<string, SigningKey>(1_000);

/** The application's signing key, opened and parsed once per process: parsing costs as much as signing. */
export function getSigningKey(provider: Provider): SigningKey {
  const current = provider.keys.find((key) => key.state === 'current');
  const sealed = current && sealedKeys.get(provider)?.get(current.id);
  if (!current || sealed === undefined) {
    throw new AppError('internal', `${provider.application.displayLabel} has no signing certificate.`, {
      hint: 'Ask an administrator to generate one on the SSO tab.',
    });
  }
  const parsed = parsedKeys.get(current.id);
  if (parsed) return parsed;
  const key = createSigningKey(unseal(sealed, idpKeyContext(current.id)), current.certificate);
  parsedKeys.set(current.id, key);
  return key;
}
