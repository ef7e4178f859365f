import { AppError } from '@/lib/core/errors';
import { unseal } from '@/lib/crypto/seal';
import { db } from '@/lib/db/client';
import { assertOutgoingTarget, outgoingHttp } from '@/lib/http/outgoing';
import { parseCapabilities, type ScimCapabilities } from '@/lib/scim/capabilities';
import { type ConnectionStep, testConnection } from '@/lib/scim/check-connection';
import { createScimClient, type ScimClient } from '@/lib/scim/client';
import { tokenContext } from './connection';
import { sameBaseUrl } from './forget-accounts';

interface Probe {
  applicationId: string;
  baseUrl: string;
  /** Absent: the saved one. */
  token?: string | undefined;
  /** Whether groups have to be readable too. */
  manageGroups?: boolean | undefined;
}

/**
 * The test of a connection as typed, step by step. Nothing is saved.
 * @param input without a token, the saved one is used
 * @throws AppError `target_not_allowed`, `invalid_input` (no token typed and none saved)
 */
export async function* probeConnection(
  input: Probe,
  signal?: AbortSignal,
): AsyncGenerator<ConnectionStep, ScimCapabilities | undefined> {
  assertOutgoingTarget(input.baseUrl, 'baseUrl');
  const client = await clientFor(input);
  return yield* testConnection(client, { manageGroups: input.manageGroups ?? false, ...(signal ? { signal } : {}) });
}

async function clientFor(input: Probe): Promise<ScimClient> {
  const integration = await db.integration.findUnique({ where: { applicationId: input.applicationId } });
  // What a refusal has taught is known of the same server, whatever its token.
  const isKnown = integration !== null && sameBaseUrl(integration.baseUrl, input.baseUrl);
  const known = {
    baseUrl: input.baseUrl,
    http: outgoingHttp(),
    ...(isKnown ? { capabilities: parseCapabilities(integration.capabilities) } : {}),
  };
  if (input.token) return createScimClient({ ...known, token: input.token });
  if (!integration?.tokenSealed) throw new AppError('invalid_input', 'Enter the token key.', { field: 'token' });
  // The saved token goes nowhere but where it was meant for.
  if (new URL(integration.baseUrl).origin !== new URL(input.baseUrl).origin) {
    throw new AppError('invalid_input', 'Enter the token key again: the base URL is on another host.', {
      field: 'token',
    });
  }
  const token = unseal(integration.tokenSealed, tokenContext(input.applicationId));
  return createScimClient({ ...known, token });
}

/** The same test at once. `ok` when no step failed; warnings are no failures. Throws as {@link probeConnection}. */
export async function probeAtOnce(
  input: Probe,
): Promise<{ ok: boolean; steps: ConnectionStep[]; capabilities: ScimCapabilities | undefined }> {
  const steps: ConnectionStep[] = [];
  const probe = probeConnection(input);
  for (let next = await probe.next(); ; next = await probe.next()) {
    if (next.done) return { ok: steps.every((step) => step.state !== 'failed'), steps, capabilities: next.value };
    steps.push(next.value);
  }
}

/**
 * Runs the whole test and answers what the server can do.
 * @throws AppError `connection_failed` at the field that is to blame, naming the step that failed
 */
export async function assertConnects(input: Probe): Promise<ScimCapabilities> {
  const steps = probeConnection(input);
  for (let next = await steps.next(); ; next = await steps.next()) {
    if (next.done) {
      if (next.value) return next.value;
      throw new AppError('connection_failed', 'The test did not end.', { field: 'baseUrl' });
    }
    const step = next.value;
    if (step.state !== 'failed') continue;
    // A wrong address fails while authenticating, too: only a refusal is about the token.
    const refused = step.failure?.kind === 'unauthorized' || step.failure?.kind === 'forbidden';
    const field = refused ? 'token' : 'baseUrl';
    throw new AppError('connection_failed', step.message ?? `${step.label} failed.`, {
      field,
      ...(step.hint ? { hint: step.hint } : {}),
    });
  }
}
