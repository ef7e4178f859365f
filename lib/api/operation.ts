import type { z } from 'zod';
import type { PermissionName, Role } from '@/lib/auth/permissions';
import type { KeptAnswer } from '@/lib/db/kept-answer';
import type { Actor } from '@/lib/events/actor';

/** Sections of the API's description, in the order in which they are read. */
export const tags = {
  Applications: 'Applications from a template, with their placeholders; who is associated with them.',
  SSO: 'SAML: settings, certificates, metadata of both sides.',
  'Identity Management': 'The SCIM connection: test, activate, replace the credentials, deactivate.',
  Mappings: 'What is sent to an application, and from which source.',
  Provisioning: 'People and groups of an application: accounts, attempts, cycles.',
  Imports: "An application's accounts, taken into the directory: fetch, review, confirm, result.",
  Users: 'People of the directory, their sessions and accounts.',
  Groups: 'User groups: members, nesting, applications.',
  Events: 'Everything that happened, by filter or as a feed in which nothing is missed.',
  Sources: 'Other directories that push people and groups by SCIM 2.0, and their tokens.',
  Attributes: 'Custom attributes that people can have, beside the properties that everybody has.',
  Webhooks: 'Events sent to an address as they happen, signed.',
  Administration: 'Tokens, health, mail, the demo.',
} as const;
export type Tag = keyof typeof tags;

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What an operation works on. `application` in a path is an id or a slug; `params.application` is always the id. */
export interface OperationInput<Params, Query, Body> {
  params: Params;
  query: Query;
  body: Body;
  /** Of a versioned resource: the version that the change is meant for. */
  version: number;
  actor: Actor;
  role: Role;
  /** Of a request with an Idempotency-Key, for an operation that keeps its answer itself (`keepsAnswer`): its row. */
  keep?: ((result: unknown) => KeptAnswer) | undefined;
}

/** The present state of what a change is meant for. `values` are what a PATCH leaves as it is. */
export interface Present {
  version: number;
  values?: Record<string, unknown>;
}

export interface OperationOptions<Params, Query, Body> {
  /** The operationId: verb and noun, as the domain's command. */
  id: string;
  method: Method;
  /** Below /api/v1, with parameters in braces. */
  path: `/${string}`;
  /** Where it stood before, with the same parameters: it goes on being found there. */
  earlierPath?: `/${string}`;
  tag: Tag;
  summary: string;
  /** What a reader has to know beside the summary. */
  description?: string;
  permission: PermissionName;
  params?: z.ZodType<Params>;
  query?: z.ZodType<Query>;
  body?: z.ZodType<Body>;
  /** What scripts that were written for an earlier form send, in the present form: it goes on being understood. */
  earlier?: (sent: unknown) => unknown;
  /** What is answered. What is not in it does not leave the server. Absent: 204 without content. */
  answer?: z.ZodType;
  /** 200 unless told; 201 for what is created, 202 for what goes on afterwards. */
  status?: 200 | 201 | 202;
  /** The answer is a text of this media type instead of JSON. */
  mediaType?: string;
  /** Takes an Idempotency-Key: the command is done once, in one transaction with the answer. */
  idempotent?: boolean;
  /** The command writes the key and the answer in the one statement of its change, by `input.keep`. */
  keepsAnswer?: boolean;
  /** Asks for If-Match: reads the present version (and values, where the method is PATCH) before the body is looked at. */
  present?: (params: Params) => Promise<Present>;
  /** The path of what was created, below /api/v1. */
  location?: (answer: Record<string, unknown>) => string;
}

/** An operation of the HTTP API. Its schemas make the description (OpenAPI) and check what comes in and goes out. */
export interface Operation extends OperationOptions<unknown, unknown, unknown> {
  run: (input: OperationInput<unknown, unknown, unknown>) => Promise<unknown>;
}

/** Declares one operation: thin, one call of the same domain function that the screens call. */
export function defineOperation<Params = unknown, Query = unknown, Body = unknown>(
  options: OperationOptions<Params, Query, Body>,
  run: (input: OperationInput<Params, Query, Body>) => Promise<unknown>,
): Operation {
  return { ...options, run } as unknown as Operation;
}
