import type { ProbeResult } from '@/lib/http/client';
import type { HttpError } from '@/lib/http/errors';
import type { ScimCapabilities } from '@/lib/scim/capabilities';
import type { ScimClient } from '@/lib/scim/client';
import { hintForFailure } from '@/lib/scim/connection-hints';
import type { Authenticator } from '@/lib/scim/credentials';
import type { ScimFailure } from '@/lib/scim/failure';
import type { ScimResource } from '@/lib/scim/path';
import type { RequestOptions } from '@/lib/scim/transport';

export interface TestConnectionOptions {
  signal?: AbortSignal;
  /** Whether groups will be managed: a failing list of groups then fails the test, else it is a warning. Default false. */
  manageGroups?: boolean;
  /** Where access tokens are asked for first: what asks. */
  accessTokens?: Authenticator;
  /** Also create, update, deactivate and delete a test user (and a test group, with `manageGroups`). */
  write?: WriteTestOptions;
}

export interface WriteTestOptions {
  /** Makes the names unique, such as a few random characters. */
  suffix: string;
  /** Body of the test user where the application asks for more than a plain core user. */
  user?: ScimResource;
}

/** How one step ended. `durationMs` where it is not simply the time that the step took. */
export interface Outcome {
  state: 'ok' | 'failed' | 'skipped' | 'warning';
  message?: string;
  hint?: string;
  failure?: ScimFailure;
  durationMs?: number;
}

/** What the steps of one test hand to each other. */
export interface TestRun {
  client: ScimClient;
  options: TestConnectionOptions;
  request: RequestOptions;
  capabilities: ScimCapabilities;
  probe?: ProbeResult;
  tlsError?: HttpError;
  /** The test user as last known; without an id when it is unknown whether it was created. */
  user?: ScimResource;
  group?: ScimResource;
}

export const ok = (message?: string): Outcome => ({ state: 'ok', ...(message === undefined ? {} : { message }) });

export const warning = (message: string, hint?: string): Outcome => ({
  state: 'warning',
  message,
  ...(hint === undefined ? {} : { hint }),
});

export const failed = (message: string, hint: string): Outcome => ({ state: 'failed', message, hint });

export const skipped = (message?: string): Outcome => ({
  state: 'skipped',
  durationMs: 0,
  ...(message === undefined ? {} : { message }),
});

/** A request of the step failed. */
export function refused(failure: ScimFailure): Outcome {
  return { state: 'failed', message: failure.detail, hint: hintForFailure(failure), failure };
}
