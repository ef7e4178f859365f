import type { TemplatePlaceholder } from '@/lib/applications/catalogue/template-schema';
import { resolvePlaceholders } from '@/lib/applications/placeholders';
import type { PlaceholderValues, SsoDraft } from '@/lib/applications/schema';
import { type SsoSettings, ssoSettingsSchema } from '@/lib/saml/schema';
import type { SsoProblem } from './schema';

export interface SsoParts {
  draft: SsoDraft;
  placeholders: PlaceholderValues;
  /** The template's, for their labels. */
  known: readonly TemplatePlaceholder[];
  /** PEM. */
  spCertificates: readonly string[];
}

export type ResolvedSso = { ok: true; settings: SsoSettings } | { ok: false; problems: SsoProblem[] };

/** Puts the placeholders in and says whether anybody could sign in with the outcome. Pure. */
export function resolveSettings(parts: SsoParts): ResolvedSso {
  const { draft, spCertificates } = parts;
  const problems: SsoProblem[] = [];
  const text = (field: string, label: string, value: string): string => {
    const { text: resolved, missing } = resolvePlaceholders(value, parts.placeholders);
    for (const name of missing) problems.push(unresolved(name, field, label, parts.known));
    return resolved;
  };
  const resolved = {
    ...draft,
    spEntityId: text('settings.spEntityId', 'SP Entity ID', draft.spEntityId),
    audience: text('settings.audience', 'Audience', draft.audience) || undefined,
    acsUrls: draft.acsUrls.map((acs, position) => ({
      ...acs,
      url: text(`settings.acsUrls.${position}.url`, 'ACS URL', acs.url),
    })),
    logoutUrl: text('settings.logoutUrl', 'Single logout URL', draft.logoutUrl) || undefined,
    logoutResponseUrl: text('settings.logoutResponseUrl', 'Logout response URL', draft.logoutResponseUrl) || undefined,
    encryptionCertificate: draft.encryptionCertificate || undefined,
    defaultRelayState: text('settings.defaultRelayState', 'Default RelayState', draft.defaultRelayState) || undefined,
    attributeStatements: draft.attributeStatements.map((statement, position) => ({
      ...statement,
      source:
        statement.sourceKind === 'constant'
          ? resolveKnown(statement.source, parts, `settings.attributeStatements.${position}.source`, problems)
          : statement.source,
    })),
    spCertificates: [...spCertificates],
  };
  if (draft.requireSignedRequests && spCertificates.length === 0) {
    problems.push(invalid('spCertificates', 'Signed requests are required, but there is no SP certificate.'));
  }
  const parsed = ssoSettingsSchema.safeParse(withoutUndefined(resolved));
  // What fails only for want of a placeholder's value is said once, at the placeholder.
  const said = new Set(problems.filter((problem) => problem.code === 'unresolved_placeholder').map(fieldUsed));
  for (const issue of parsed.error?.issues ?? []) {
    const field = ['settings', ...issue.path].join('.');
    if (!said.has(field)) problems.push(invalid(field, issue.message));
  }
  if (problems.length > 0 || !parsed.success) return { ok: false, problems: once(problems).map(withoutUse) };
  return { ok: true, settings: parsed.data };
}

interface UnresolvedProblem extends SsoProblem {
  usedIn?: string;
}

function unresolved(
  name: string,
  usedIn: string,
  label: string,
  known: readonly TemplatePlaceholder[],
): UnresolvedProblem {
  const placeholder = known.find((candidate) => candidate.name === name);
  return {
    code: 'unresolved_placeholder',
    field: placeholder ? `placeholders.${name}` : usedIn,
    message: placeholder
      ? `${placeholder.label} has no value yet: the ${label} needs it.`
      : `Replace {${name}} in the ${label}.`,
    usedIn,
  };
}

/** A constant may hold braces of its own: only the template's names are taken for placeholders. */
function resolveKnown(value: string, parts: SsoParts, field: string, problems: SsoProblem[]): string {
  const { text, missing } = resolvePlaceholders(value, parts.placeholders);
  for (const name of missing.filter((missed) => parts.known.some((candidate) => candidate.name === missed))) {
    problems.push(unresolved(name, field, 'attribute', parts.known));
  }
  return text;
}

/** What is wrong at a field of the form. */
export function invalid(field: string, message: string): SsoProblem {
  return { code: 'invalid_input', field, message };
}

function fieldUsed(problem: UnresolvedProblem): string {
  return problem.usedIn ?? problem.field;
}

function withoutUse({ code, field, message }: SsoProblem): SsoProblem {
  return { code, field, message };
}

/** One message per field: the first. */
function once(problems: readonly SsoProblem[]): SsoProblem[] {
  return problems.filter(
    (problem, position) => problems.findIndex((other) => other.field === problem.field) === position,
  );
}

function withoutUndefined(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}
