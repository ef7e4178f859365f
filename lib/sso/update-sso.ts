import { getTemplate } from '@/lib/applications/catalogue/templates';
import { lockApplication } from '@/lib/applications/lock-application';
import { type SsoDraft, storedSsoSchema } from '@/lib/applications/schema';
import { readPlaceholderValues, setPlaceholders } from '@/lib/applications/set-placeholders';
import { AppError } from '@/lib/core/errors';
import { readCertificate } from '@/lib/crypto/certificate';
import type { Tx } from '@/lib/db/client';
import { declareCommand, defineCommand, type Resource } from '@/lib/events/command';
import type { EventDraft } from '@/lib/events/draft';
import { attempt, recordEvents } from '@/lib/events/record';
import { changesBetween } from '@/lib/events/schema';
import { keepLegacyNameId } from './check-name-id';
import { listDraftProblems } from './list-draft-problems';
import { changesOfMetadata, mergeChanges, type StoredSso } from './merge-changes';
import { knownPlaceholders } from './queries';
import { readPastedMetadata } from './read-pasted';
import { readEncryptionCertificate, readSpCertificate } from './read-sp-certificate';
import { resolveSettings } from './resolve-settings';
import {
  applySpMetadataSchema,
  type SsoChanges,
  type SsoProblem,
  type SsoValues,
  ssoValuesSchema,
  updateSsoSchema,
} from './schema';

type SsoStatus = 'not_configured' | 'active' | 'inactive';

/** By the id of the application, in the version of its SSO settings. */
export interface SavedSso extends Resource {
  ssoStatus: SsoStatus;
  /** Why SSO is not active; empty where it is, or could be. */
  problems: SsoProblem[];
}

/**
 * Changes the SSO tab; what is not given stays. What is incomplete is kept while SSO is not active; an active application is never left broken.
 * @throws AppError `not_found`, `stale_version`; `unresolved_placeholder` or `invalid_input` with the field, where SSO
 * is or would be active and could not work (`details.problems` lists all of them)
 */
export const updateSso = defineCommand(
  { id: 'updateSso', permission: 'sso.write', input: updateSsoSchema, event: 'sso_update' },
  (tx, draft, { applicationId, version, ...changes }) => saveSso(tx, draft, { applicationId, version }, () => changes),
);

/** The same with what the metadata of a service provider says (changesOfMetadata). @throws AppError as {@link updateSso} */
export const applySpMetadata = declareCommand(
  { id: 'applySpMetadata', permission: 'sso.write', input: applySpMetadataSchema, event: 'sso_update' },
  async (actor, { applicationId, version, ...pasted }) => {
    // Before anything is locked: it may be large.
    const metadata = readPastedMetadata(pasted);
    return attempt({ name: 'sso_update', actor }, (tx, draft) =>
      saveSso(tx, draft, { applicationId, version }, (stored) => changesOfMetadata(metadata, stored)),
    );
  },
);

/** Saves changes of the SSO tab in the transaction of a command, whose event it fills in. @throws AppError as {@link updateSso} */
export async function saveSso(
  tx: Tx,
  draft: EventDraft,
  { applicationId, version }: { applicationId: string; version: number },
  changesOf: (stored: StoredSso) => SsoChanges,
): Promise<SavedSso> {
  const application = await lockApplication(tx, applicationId);
  draft.application = { id: application.id, displayLabel: application.displayLabel };
  draft.target = { type: 'application', id: application.id, name: application.displayLabel };
  const before = await tx.ssoSettings.findUnique({ where: { applicationId } });
  if (!before) throw new AppError('not_found', 'This application has no SSO.');
  const storedSettings = storedSsoSchema.parse(before.settings);
  if (before.version !== version) {
    throw new AppError('stale_version', 'Somebody else saved these settings while you were editing them.', {
      hint: 'Compare what is stored now with what you typed, then save again.',
      details: { version: before.version, values: storedSettings },
    });
  }
  const stored = storedSso(application, before, await listCertificates(tx, applicationId));
  // What was stored before there was a rule has to be mended along.
  const values = ssoValuesSchema.parse(mergeChanges(stored, changesOf(stored)));
  const certificates = values.spCertificates.map(
    (text, position) => readSpCertificate(text, `spCertificates.${position}`).certificate,
  );
  const placeholdersBefore = readPlaceholderValues(application.placeholders);
  const placeholders = await setPlaceholders(tx, application, values.placeholders);
  const typed = keepLegacyNameId(storedSettings, values.settings);
  const settings = { ...typed, encryptionCertificate: cleanEncryptionCertificate(typed.encryptionCertificate) };
  const resolved = resolveSettings({
    draft: settings,
    placeholders,
    known: getTemplate(application.templateId).placeholders,
    spCertificates: certificates,
  });
  const problems = [...(resolved.ok ? [] : resolved.problems), ...(await listDraftProblems(tx, application, settings))];
  const ssoStatus = nextStatus(application.ssoStatus, values.activation, problems);
  const saved = await tx.ssoSettings.update({
    where: { applicationId },
    data: { idpEntityId: values.idpEntityId || null, settings, version: { increment: 1 } },
  });
  const certificateChanges = await replaceCertificates(tx, applicationId, certificates);
  draft.changes = {
    ...changesBetween(
      { ...told(storedSettings), idpEntityId: before.idpEntityId, ...placeholdersBefore },
      { ...told(settings), idpEntityId: values.idpEntityId || null, ...placeholders },
    ),
    ...certificateChanges,
  };
  if (ssoStatus !== application.ssoStatus) await setStatus(tx, draft, applicationId, ssoStatus);
  return { id: applicationId, version: saved.version, ssoStatus, problems };
}

/** What is stored, as the SSO tab holds it. */
export function storedSso(
  application: { templateId: string; placeholders: unknown },
  row: { idpEntityId: string | null; settings: unknown },
  spCertificates: string[],
): StoredSso {
  return {
    idpEntityId: row.idpEntityId ?? '',
    placeholders: knownPlaceholders(application),
    settings: storedSsoSchema.parse(row.settings),
    spCertificates,
  };
}

const encryptionField = 'settings.encryptionCertificate';

/** @throws AppError `invalid_input` */
function cleanEncryptionCertificate(text: string): string {
  return text.trim() === '' ? '' : readEncryptionCertificate(text, encryptionField).certificate;
}

/** The settings as an event tells them: a certificate by its fingerprint, as people compare it. */
function told(settings: SsoDraft): SsoDraft {
  const { encryptionCertificate: pem } = settings;
  return pem === '' ? settings : { ...settings, encryptionCertificate: readCertificate(pem).fingerprintSha256 };
}

export async function listCertificates(tx: Tx, applicationId: string): Promise<string[]> {
  const rows = await tx.spCertificate.findMany({ where: { applicationId }, orderBy: { createdAt: 'asc' } });
  return rows.map(({ certificate }) => certificate);
}

/** What SSO is after saving. @throws AppError of the first problem where it would be active and broken */
function nextStatus(present: SsoStatus, activation: SsoValues['activation'], problems: SsoProblem[]): SsoStatus {
  if (activation === 'deactivate') return present === 'not_configured' ? present : 'inactive';
  const wanted = activation === 'activate' || present === 'active';
  if (wanted) assertNoProblems(problems);
  if (wanted || (present === 'not_configured' && problems.length === 0)) return 'active';
  return present;
}

/** @throws AppError of the first problem, with all of them in `details` */
export function assertNoProblems(problems: readonly SsoProblem[]): void {
  const [first] = problems;
  if (!first) return;
  throw new AppError(first.code, first.message, {
    field: first.field,
    hint: 'SSO is active only with complete settings. Fill in the field and save again.',
    details: { problems },
  });
}

/** Writes the state and its own event. */
async function setStatus(
  tx: Tx,
  draft: Pick<EventDraft, 'actor' | 'application' | 'target'>,
  applicationId: string,
  ssoStatus: SsoStatus,
): Promise<void> {
  await tx.application.update({ where: { id: applicationId }, data: { ssoStatus } });
  const { actor, application, target } = draft;
  const name = ssoStatus === 'active' ? ('sso_activate' as const) : ('sso_deactivate' as const);
  await recordEvents(tx, [{ name, actor, application, target }]);
}

async function replaceCertificates(tx: Tx, applicationId: string, certificates: readonly string[]) {
  const before = await tx.spCertificate.findMany({ where: { applicationId }, select: { fingerprint: true } });
  const wanted = certificates.map((certificate) => ({ certificate, ...readCertificate(certificate) }));
  const fingerprints = wanted.map((certificate) => certificate.fingerprintSha256);
  await tx.spCertificate.deleteMany({ where: { applicationId, fingerprint: { notIn: fingerprints } } });
  await tx.spCertificate.createMany({
    skipDuplicates: true,
    data: wanted.map(({ certificate, fingerprintSha256, subject, notAfter }) => ({
      applicationId,
      certificate,
      fingerprint: fingerprintSha256,
      subject,
      notAfter,
    })),
  });
  return changesBetween(
    { spCertificates: before.map((row) => row.fingerprint).sort() },
    { spCertificates: [...new Set(fingerprints)].sort() },
  );
}
