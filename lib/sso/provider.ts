import { getTemplate } from '@/lib/applications/catalogue/templates';
import { idpKeyContext } from '@/lib/applications/idp-keys';
import { resolvePlaceholders } from '@/lib/applications/placeholders';
import { type SsoDraft, storedSsoSchema } from '@/lib/applications/schema';
import { readPlaceholderValues } from '@/lib/applications/set-placeholders';
import { AppError } from '@/lib/core/errors';
import { unseal } from '@/lib/crypto/seal';
import { db, type Tx } from '@/lib/db/client';
import { isWebUrl } from '@/lib/saml/schema';
import { createSigningKey, type SigningKey } from '@/lib/saml/signing-key';
import { type IdpAddresses, idpAddresses } from './addresses';
import { type ResolvedSso, resolveSettings } from './resolve-settings';

/** Latchkey as the identity provider of one application. */
export interface Provider {
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
  /** What persistent NameIDs are derived from. */
  pairwiseSalt: string;
  resolved: ResolvedSso;
  /** Where people start at the service provider; empty where nobody said. */
  loginUrl: string;
  /** The present certificate first, then the announced one. */
  keys: { id: string; state: 'current' | 'next'; certificate: string; notBefore: Date; notAfter: Date }[];
}

/** @throws AppError `not_found` for an unknown SSO IdP URL, and for bookmarks */
export async function getProvider(slug: string): Promise<Provider> {
  const provider = await findProvider(db, { slug });
  if (!provider) {
    throw new AppError('not_found', 'There is no application at this address.', {
      hint: 'Check the SSO IdP URL in the settings of the application you came from.',
    });
  }
  return provider;
}

export async function findProvider(tx: Tx, where: { slug: string } | { id: string }): Promise<Provider | undefined> {
  const row = await tx.application.findUnique({
    where,
    include: {
      sso: true,
      spCertificates: { orderBy: { createdAt: 'asc' } },
      idpKeys: {
        where: { state: { in: ['current', 'next'] } },
        omit: { privateKeySealed: true },
        orderBy: { state: 'asc' },
      },
    },
  });
  if (!row?.sso) return undefined;
  const draft = storedSsoSchema.parse(row.sso.settings);
  const placeholders = readPlaceholderValues(row.placeholders);
  const loginUrl = resolvePlaceholders(draft.loginUrl, placeholders).text;
  return {
    application: {
      id: row.id,
      displayLabel: row.displayLabel,
      slug: row.slug,
      usernameFormat: row.usernameFormat,
      kind: row.kind,
      ssoStatus: row.ssoStatus,
    },
    addresses: idpAddresses(row.slug, row.sso.idpEntityId),
    loginUrl: isWebUrl(loginUrl) ? loginUrl : '',
    draft,
    pairwiseSalt: row.sso.pairwiseSalt,
    resolved: resolveSettings({
      draft,
      placeholders,
      known: getTemplate(row.templateId).placeholders,
      spCertificates: row.spCertificates.map((certificate) => certificate.certificate),
    }),
    keys: row.idpKeys.map(({ id, state, certificate, notBefore, notAfter }) => ({
      id,
      state: state === 'next' ? 'next' : 'current',
      certificate,
      notBefore,
      notAfter,
    })),
  };
}

const parsedKeys = new Map<string, SigningKey>();
const maxParsedKeys = 200;

/** The application's signing key, opened and parsed once per process: parsing costs as much as signing. */
export async function getSigningKey(provider: Provider): Promise<SigningKey> {
  const current = provider.keys.find((key) => key.state === 'current');
  if (!current) {
    throw new AppError('internal', `${provider.application.displayLabel} has no signing certificate.`, {
      hint: 'Ask an administrator to generate one on the SSO tab.',
    });
  }
  const known = parsedKeys.get(current.id);
  if (known) return known;
  const { privateKeySealed } = await db.idpKey.findUniqueOrThrow({
    where: { id: current.id },
    select: { privateKeySealed: true },
  });
  const key = createSigningKey(unseal(privateKeySealed, idpKeyContext(current.id)), current.certificate);
  if (parsedKeys.size >= maxParsedKeys) parsedKeys.clear();
  parsedKeys.set(current.id, key);
  return key;
}
