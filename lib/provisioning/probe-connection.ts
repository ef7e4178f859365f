import { AppError } from '@/lib/core/errors';
import { db } from '@/lib/db/client';
import { assertOutgoingTarget } from '@/lib/http/outgoing';
import { type ParsedCredentials, usesAccessTokens } from '@/lib/scim/authentication';
import { parseCapabilities, type ScimCapabilities } from '@/lib/scim/capabilities';
import { type ConnectionStep, testConnection } from '@/lib/scim/check-connection';
import { createScimClient } from '@/lib/scim/client';
import type { WriteTestOptions } from '@/lib/scim/connection-outcome';
import type { Secret } from '@/lib/scim/credentials';
import type { Lesson } from '@/lib/scim/lesson';
import type { ProfileName } from '@/lib/scim/profile';
import { resolveCredentials, toAuthenticator } from './authentication';
import { sameBaseUrl } from './forget-accounts';
import { gateOf, paceOf } from './pace';
import { httpOf } from './trust';

export type Lessons = { [Name in ProfileName]?: Lesson };

export interface Probe {
  applicationId: string;
  baseUrl: string;
  /** Absent, or without its secret: what is saved. */
  authentication?: ParsedCredentials | undefined;
  /** Whether groups have to be readable too. */
  manageGroups?: boolean | undefined;
  /** A test user is written, too: see `probe-by-writing.ts`, which sees to the rest. */
  write?: WriteTestOptions;
}

/** What a test has found: what the server can do, asked with these credentials. */
export interface Tested {
  capabilities: ScimCapabilities;
  /** The answers that have taught some of it. */
  lessons: Lessons;
  credentials: Secret;
}

/**
 * The test of a connection as typed, step by step. Nothing is saved.
 * @throws AppError `target_not_allowed`, `invalid_input` (no secret typed and none saved), `not_found`
 */
export async function* probeConnection(input: Probe, signal?: AbortSignal): AsyncGenerator<ConnectionStep, Tested> {
  assertOutgoingTarget(input.baseUrl, 'baseUrl');
  const { applicationId, baseUrl, manageGroups = false } = input;
  const application = await db.application.findUnique({ where: { id: applicationId }, include: { integration: true } });
  if (!application) throw new AppError('not_found', 'This application does not exist any more.');
  const { integration } = application;
  const credentials = await resolveCredentials(application, integration, input);
  const http = httpOf(baseUrl, credentials.authentication);
  const authenticator = toAuthenticator(credentials, baseUrl);
  // What a refusal has taught is known of the same server, whatever its credentials.
  const isKnown = integration !== null && sameBaseUrl(integration.baseUrl, baseUrl);
  const lessons: Lessons = {};
  const client = createScimClient({
    learned: async (taught, lesson) => {
      for (const name of Object.keys(taught) as ProfileName[]) lessons[name] = lesson;
    },
    baseUrl,
    authenticator,
    http,
    ...(isKnown
      ? {
          capabilities: parseCapabilities(integration.capabilities),
          gate: gateOf(applicationId, paceOf(applicationId, integration.baseUrl), integration.restsUntil),
        }
      : {}),
  });
  const capabilities = yield* testConnection(client, {
    manageGroups,
    ...(input.write ? { write: input.write } : {}),
    ...(usesAccessTokens(credentials.authentication) ? { accessTokens: authenticator } : {}),
    ...(signal ? { signal } : {}),
  });
  return { capabilities, lessons, credentials };
}

/** A whole test at once. `ok` when no step failed; warnings are no failures. Throws as the test does. */
export async function probeAtOnce(
  probe: AsyncGenerator<ConnectionStep, Tested>,
): Promise<{ ok: boolean; steps: ConnectionStep[]; capabilities: ScimCapabilities }> {
  const steps: ConnectionStep[] = [];
  for (let next = await probe.next(); ; next = await probe.next()) {
    if (next.done) {
      const { capabilities } = next.value;
      return { ok: steps.every((step) => step.state !== 'failed'), steps, capabilities };
    }
    steps.push(next.value);
  }
}

/**
 * Runs the whole test and answers what it has found.
 * @throws AppError `connection_failed` at the field that is to blame, naming the step that failed
 */
export async function assertConnects(input: Probe): Promise<Tested> {
  const steps = probeConnection(input);
  for (let next = await steps.next(); ; next = await steps.next()) {
    if (next.done) return next.value;
    const step = next.value;
    if (step.state !== 'failed') continue;
    throw new AppError('connection_failed', step.message ?? `${step.label} failed.`, {
      field: fieldToBlame(step, input.authentication),
      ...(step.hint ? { hint: step.hint } : {}),
    });
  }
}

/** A wrong address fails while authenticating, too: only a refusal is about the secret. */
function fieldToBlame({ id, failure }: ConnectionStep, typed: ParsedCredentials | undefined): string {
  const refused = failure?.kind === 'unauthorized' || failure?.kind === 'forbidden';
  // Of what somebody has allowed there is no secret to type again.
  const secret = typed?.kind === 'authorizationCode' ? 'authorizationId' : 'secret';
  if (refused) return `authentication.${secret}`;
  return id === 'token' ? 'authentication.tokenUrl' : 'baseUrl';
}
