import { HttpError } from '@/lib/http/errors';
import { readCapabilities, type ScimCapabilities } from './capabilities';
import type { ScimClient } from './client';
import { hintForFailure, hintForHttpError } from './connection-hints';
import {
  failed,
  type Outcome,
  ok,
  refused,
  skipped,
  type TestConnectionOptions,
  type TestRun,
  warning,
} from './connection-outcome';
import { type ConnectionStepId, connectionSteps, type StepOptions } from './connection-steps';
import type { ScimFailure } from './failure';
import { getIgnoringCase } from './json';
import { searchProblem } from './prove-search';
import { cleanUp, writeSteps } from './write-test';

export interface ConnectionStep {
  id: ConnectionStepId;
  label: string;
  /** `skipped`: an earlier step failed, or there is nothing to test. */
  state: 'ok' | 'failed' | 'skipped' | 'warning';
  durationMs: number;
  /** What happened. */
  message?: string;
  /** How to mend it. */
  hint?: string;
  failure?: ScimFailure;
  /** What has been learned so far, from the ServiceProviderConfig step on: the last one holds most. */
  capabilities?: ScimCapabilities;
}

const probeCount = 100;

/**
 * Tests a connection step by step, each yielded when it is done; after a failure the remaining ones are `skipped`, but
 * what the write test created is always cleaned up, also when the caller stops early.
 * @returns the learned capabilities
 */
export async function* testConnection(
  client: ScimClient,
  options: TestConnectionOptions = {},
): AsyncGenerator<ConnectionStep, ScimCapabilities, void> {
  const run: TestRun = {
    client,
    options,
    request: options.signal ? { signal: options.signal } : {},
    capabilities: { ...client.capabilities },
  };
  let broken = false;
  let knowsCapabilities = false;
  try {
    for (const { id, label } of connectionSteps(stepsOf(options))) {
      const needed = id === 'clean_up' && (run.user !== undefined || run.group !== undefined);
      const started = performance.now();
      const outcome: Outcome = broken && !needed ? skipped() : await runStep(id, run);
      const { durationMs = performance.now() - started, ...told } = outcome;
      broken ||= outcome.state === 'failed';
      knowsCapabilities ||= id === 'config' && outcome.state !== 'skipped';
      const capabilities = knowsCapabilities ? { capabilities: { ...run.capabilities } } : {};
      yield { id, label, ...told, durationMs: Math.round(durationMs), ...capabilities };
    }
  } finally {
    // Nothing is left to do here unless the caller stopped listening half-way.
    await cleanUp(run);
  }
  return run.capabilities;
}

function stepsOf({ accessTokens, write, manageGroups }: TestConnectionOptions): StepOptions {
  return { accessTokens: accessTokens !== undefined, write: write !== undefined, manageGroups: manageGroups ?? false };
}

/** The whole test at once. `ok` when no step failed; warnings are no failures. */
export async function runConnectionTest(
  client: ScimClient,
  options: TestConnectionOptions = {},
): Promise<{ ok: boolean; steps: ConnectionStep[]; capabilities: ScimCapabilities }> {
  const steps: ConnectionStep[] = [];
  const test = testConnection(client, options);
  for (;;) {
    const next = await test.next();
    if (next.done) return { ok: steps.every((step) => step.state !== 'failed'), steps, capabilities: next.value };
    steps.push(next.value);
  }
}

function runStep(id: ConnectionStepId, run: TestRun): Promise<Outcome> {
  switch (id) {
    case 'reach':
      return reach(run);
    case 'tls':
      return Promise.resolve(tls(run));
    case 'token':
      return accessToken(run);
    case 'authenticate':
      return authenticate(run);
    case 'config':
      return config(run);
    case 'list_users':
      return listUsers(run);
    case 'list_groups':
      return listGroups(run);
    default:
      return writeSteps[id](run);
  }
}

async function reach(run: TestRun): Promise<Outcome> {
  try {
    run.probe = await run.client.probe();
    return { ...ok(run.probe.address), durationMs: run.probe.connectMs };
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    if (error.code !== 'tls') return failed(error.message, hintForHttpError(error.code));
    run.tlsError = error;
    return ok();
  }
}

function tls(run: TestRun): Outcome {
  if (run.tlsError) return failed(run.tlsError.message, hintForHttpError('tls'));
  if (run.probe?.tlsMs === undefined) return skipped('Plain http, allowed for this private target');
  return { ...ok(), durationMs: run.probe.tlsMs };
}

/** Asks the token endpoint, which may refuse the client, or not be there at all. */
async function accessToken({ options }: TestRun): Promise<Outcome> {
  const issued = await options.accessTokens?.credentials();
  return issued && !issued.ok ? refused(issued.failure) : ok();
}

/** Lists one user: ServiceProviderConfig may be public (RFC 7644 §4), so it proves nothing about a token. */
async function authenticate(run: TestRun): Promise<Outcome> {
  const result = await run.client.listUsers({ startIndex: 1, count: 1 }, run.request);
  if (result.ok) return ok();
  // Whatever else is wrong with the list, "List users" tells; here only what keeps everything from working.
  return result.failure.kind === 'invalid' || result.failure.kind === 'too_many' ? ok() : refused(result.failure);
}

async function config(run: TestRun): Promise<Outcome> {
  const result = await run.client.serviceProviderConfig(run.request);
  if (!result.ok) {
    const { kind } = result.failure;
    if (kind === 'rate_limited' || kind === 'network' || kind === 'unavailable') return refused(result.failure);
    return warning(`None (${result.failure.detail}); PATCH and filters are assumed to work`);
  }
  // Path filters are not in ServiceProviderConfig: what an earlier test learned of them stays.
  const { pathFilters } = run.capabilities;
  run.capabilities = { ...run.capabilities, ...readCapabilities(result.value), pathFilters };
  const summary = summarize(run.capabilities);
  const unsaid = ['patch', 'filter'].filter((name) => getIgnoringCase(result.value, name) === undefined);
  if (unsaid.length === 0) return ok(summary);
  return warning(`${summary}. It does not mention ${unsaid.join(' and ')}, assumed to work`);
}

function summarize(capabilities: ScimCapabilities): string {
  const names = [
    capabilities.patch ? 'PATCH' : 'no PATCH (PUT is used)',
    capabilities.filter ? 'filter' : 'no filter',
    capabilities.bulk.supported ? 'bulk' : '',
    capabilities.filterMaxResults > 0 ? `${capabilities.filterMaxResults} a page` : '',
  ];
  return names.filter((name) => name !== '').join(', ');
}

async function listUsers(run: TestRun): Promise<Outcome> {
  const result = await run.client.listUsers({ startIndex: 1, count: probeCount }, run.request);
  if (!result.ok) return refused(result.failure);
  const { resources, totalResults } = result.value;
  if (resources.length > 0 && resources.every((resource) => typeof resource.id !== 'string')) {
    return failed('The users that the server lists have no id', 'Ask the application for a SCIM 2.0 base URL.');
  }
  const capped = resources.length > 0 && resources.length < Math.min(probeCount, totalResults);
  if (capped) run.capabilities.pageSize = resources.length;
  else if (resources.length >= probeCount) delete run.capabilities.pageSize;
  const found = `${totalResults.toLocaleString('en-US')} ${totalResults === 1 ? 'user' : 'users'}`;
  const message = capped ? `${found}, ${resources.length} a page` : found;
  const problem = run.capabilities.filter ? await searchProblem(run.client, resources, run.request) : undefined;
  if (problem === undefined) return ok(message);
  run.capabilities.filter = false;
  await run.client.learn({ filter: false }, { status: null, text: problem });
  return warning(`${message}. ${problem}; existing accounts are found by reading all of them`);
}

async function listGroups(run: TestRun): Promise<Outcome> {
  const result = await run.client.listGroups({ startIndex: 1, count: 1 }, run.request);
  if (result.ok) {
    const { totalResults } = result.value;
    return ok(`${totalResults.toLocaleString('en-US')} ${totalResults === 1 ? 'group' : 'groups'}`);
  }
  if (!run.options.manageGroups) return warning(`Groups cannot be read: ${result.failure.detail}`);
  const hint =
    result.failure.kind === 'not_scim' || result.failure.kind === 'invalid'
      ? 'The application seems to have no groups: turn off management of User Groups and Group Membership.'
      : hintForFailure(result.failure);
  return { ...refused(result.failure), hint };
}
