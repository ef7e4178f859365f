import type { TemplateGuide } from '@/lib/applications/catalogue/template-schema';
import { getTemplate } from '@/lib/applications/catalogue/templates';
import { resolveDeep } from '@/lib/applications/placeholders';
import { type ApplicationDetails, getApplication } from '@/lib/applications/queries';
import type { PlaceholderValues, SsoDraft } from '@/lib/applications/schema';
import { readPlaceholderValues } from '@/lib/applications/set-placeholders';
import { AppError } from '@/lib/core/errors';
import { readCertificate } from '@/lib/crypto/certificate';
import { db } from '@/lib/db/client';
import { nameIdFormats } from '@/lib/saml/schema';
import { writeIdpMetadata } from '@/lib/saml/write-idp-metadata';
import type { IdpAddresses } from './addresses';
import { listDraftProblems } from './list-draft-problems';
import { type NextStep, nextStep } from './next-step';
import { findProvider, type Provider } from './provider';
import type { SsoProblem } from './schema';
import { type SpMetadataSourceView, sourceView } from './sp-metadata/queries';

/** A certificate as people compare it. */
export interface CertificateView {
  certificate: string;
  fingerprint: string;
  notAfter: Date;
}

/** A certificate that is signed with, will be, or was. */
export interface IdpCertificate extends CertificateView {
  id: string;
  state: 'current' | 'next' | 'retired';
  notBefore: Date;
  createdAt: Date;
}

/** Everything that the SSO tab shows. */
export interface SsoTab {
  applicationId: string;
  version: number;
  ssoStatus: 'not_configured' | 'active' | 'inactive';
  addresses: IdpAddresses;
  /** Empty: the IdP URL. */
  idpEntityId: string;
  idpCertificate: CertificateView & { notBefore: Date };
  /** All of the application: the one that signs, the announced one, the one before the last switch. */
  idpCertificates: IdpCertificate[];
  /** When somebody last read the metadata at its address; null: never. */
  metadataReadAt: Date | null;
  placeholders: PlaceholderValues;
  settings: SsoDraft;
  spCertificates: (CertificateView & { subject: string })[];
  /** What `settings.encryptionCertificate` holds, as people compare it. */
  encryptionCertificate: (CertificateView & { subject: string }) | undefined;
  problems: SsoProblem[];
  /** Null: the metadata of the service provider is not read from an address. */
  metadataSource: SpMetadataSourceView | null;
}

/** @throws AppError `not_found`, for bookmarks too */
export async function getSsoTab(applicationId: string): Promise<SsoTab> {
  const [provider, row] = await Promise.all([
    findProvider(db, { id: applicationId }),
    db.application.findUnique({
      where: { id: applicationId },
      select: {
        templateId: true,
        placeholders: true,
        ssoStatus: true,
        sso: { select: { version: true, idpEntityId: true, metadataReadAt: true } },
        spCertificates: { orderBy: { createdAt: 'asc' } },
        idpKeys: { omit: { privateKeySealed: true }, orderBy: { state: 'asc' } },
        spMetadataSource: true,
      },
    }),
  ]);
  const key = row?.idpKeys.find(({ state }) => state === 'current');
  if (!provider || !row?.sso || !key) throw new AppError('not_found', 'This application has no SSO.');
  return {
    applicationId,
    version: row.sso.version,
    ssoStatus: row.ssoStatus,
    addresses: provider.addresses,
    idpEntityId: row.sso.idpEntityId ?? '',
    idpCertificate: {
      certificate: key.certificate,
      fingerprint: key.fingerprint,
      notBefore: key.notBefore,
      notAfter: key.notAfter,
    },
    idpCertificates: row.idpKeys.map(({ id, state, certificate, fingerprint, notBefore, notAfter, createdAt }) => ({
      ...{ id, state, certificate, fingerprint, notBefore, notAfter, createdAt },
    })),
    metadataReadAt: row.sso.metadataReadAt,
    placeholders: knownPlaceholders(row),
    settings: provider.draft,
    spCertificates: row.spCertificates.map(({ certificate, fingerprint, notAfter, subject }) => ({
      certificate,
      fingerprint,
      notAfter,
      subject,
    })),
    encryptionCertificate: viewOf(provider.draft.encryptionCertificate),
    problems: await listProblems(provider),
    metadataSource: row.spMetadataSource
      ? sourceView(row.spMetadataSource, {
          idpEntityId: row.sso.idpEntityId ?? '',
          placeholders: knownPlaceholders(row),
          settings: provider.draft,
          spCertificates: row.spCertificates.map(({ certificate }) => certificate),
        })
      : null,
  };
}

function viewOf(certificate: string): SsoTab['encryptionCertificate'] {
  if (certificate === '') return undefined;
  const { fingerprintSha256: fingerprint, subject, notAfter } = readCertificate(certificate);
  return { certificate, fingerprint, subject, notAfter };
}

/** Why SSO cannot be active; empty where it is. */
async function listProblems({ application, draft, resolved }: Provider): Promise<SsoProblem[]> {
  const missing = resolved.ok ? [] : resolved.problems;
  return application.ssoStatus === 'active'
    ? missing
    : [...missing, ...(await listDraftProblems(db, application, draft))];
}

/** Fields of SSO that are still missing, for the application's next step; empty for bookmarks. */
async function listSsoProblems(applicationId: string): Promise<SsoProblem[]> {
  const provider = await findProvider(db, { id: applicationId });
  return provider ? listProblems(provider) : [];
}

/** The one thing to do next until an application is set up. */
export async function findNextStep(application: ApplicationDetails): Promise<NextStep | undefined> {
  const { id, kind, ssoStatus, groupCount, assignedCount, idmStatus, templateId } = application;
  const problems = ssoStatus === 'not_configured' ? await listSsoProblems(id) : [];
  const { scim } = getTemplate(templateId);
  return nextStep({ kind, ssoStatus, problems, groupCount, assignedCount, idmStatus, scim });
}

/** The IdP metadata of one application; the announced certificate stands in it too. */
export function metadataOf(provider: Provider): string {
  const negotiable = [...new Set([provider.draft.nameIdFormat, nameIdFormats.unspecified])];
  return writeIdpMetadata({
    entityId: provider.addresses.idpEntityId,
    ssoUrl: provider.addresses.idpUrl,
    logoutUrl: provider.addresses.logoutUrl,
    certificates: provider.keys.map((key) => key.certificate),
    nameIdFormats: provider.draft.nameIdFormatForced ? [provider.draft.nameIdFormat] : negotiable,
    wantAuthnRequestsSigned: provider.draft.requireSignedRequests,
    cacheSeconds: provider.draft.metadataCacheHours * 3600,
    validUntil: metadataEnd(provider),
  });
}

/**
 * Until when the metadata holds: as long as the last of its certificates, or the days that are set. Where all have ended it does not say:
 * who still verifies with one would stop.
 */
function metadataEnd({ keys, draft }: Provider): Date | undefined {
  // Real time, whatever the demo clock says: service providers judge it.
  const now = Date.now();
  const certificates = Math.max(0, ...keys.map(({ notAfter }) => notAfter.getTime()));
  if (certificates <= now) return undefined;
  return new Date(
    draft.metadataValidDays === 0 ? certificates : Math.min(certificates, now + draft.metadataValidDays * dayMs),
  );
}

const dayMs = 24 * 60 * 60_000;

/** Notes that somebody has read the metadata, to five minutes: anybody may, and what it costs is bounded. */
export async function noteMetadataRead({ application }: Provider): Promise<void> {
  await db.$executeRaw`UPDATE sso_settings SET metadata_read_at = now() WHERE application_id = ${application.id}::uuid
    AND (metadata_read_at IS NULL OR metadata_read_at < now() - interval '5 minutes')`;
}

/** The IdP metadata of an application. @throws AppError `not_found`, for bookmarks too */
export async function getIdpMetadata(applicationId: string): Promise<string> {
  const provider = await findProvider(db, { id: applicationId });
  if (!provider) throw new AppError('not_found', 'This application has no SSO.');
  return metadataOf(provider);
}

/** What a guide's value references stand for. */
export async function guideValues(applicationId: string): Promise<Record<string, string>> {
  const row = await db.application.findUnique({
    where: { id: applicationId },
    select: { placeholders: true, templateId: true },
  });
  if (!row) throw new AppError('not_found', 'This application does not exist any more.');
  const provider = await findProvider(db, { id: applicationId });
  return {
    ...knownPlaceholders(row),
    ...(provider
      ? {
          idpUrl: provider.addresses.idpUrl,
          idpEntityId: provider.addresses.idpEntityId,
          metadataUrl: provider.addresses.metadataUrl,
          logoutUrl: provider.addresses.logoutUrl,
          certificate: provider.keys[0]?.certificate ?? '',
        }
      : {}),
  };
}

/** The template's guide with the application's own values in it, as far as they are known. @throws AppError `not_found` */
export async function getGuide(applicationId: string): Promise<TemplateGuide> {
  const { templateId } = await getApplication(applicationId);
  return resolveDeep(getTemplate(templateId).guide, await guideValues(applicationId));
}

/** Values of the placeholders that the template has; an older one may have had others. */
export function knownPlaceholders(row: { templateId: string; placeholders: unknown }): PlaceholderValues {
  const known = new Set(getTemplate(row.templateId).placeholders.map(({ name }) => name));
  const values = Object.entries(readPlaceholderValues(row.placeholders));
  return Object.fromEntries(values.filter(([name]) => known.has(name)));
}
