import { sandboxUrl } from './environment';

export interface SandboxAccount {
  id: string;
  data: Record<string, unknown>;
}

interface SandboxState {
  users: SandboxAccount[];
  groups: { displayName: string; members: string[] }[];
}

/** Calls the sandbox's control API. @throws Error with what it answered when it refuses */
export async function control<T = unknown>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(`${sandboxUrl}/_control${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return JSON.parse(text) as T;
}

/** Everything that a tenant holds. @param tenant as in `egnyte/acmeusw` */
export function stateOf(tenant: string): Promise<SandboxState> {
  return control<SandboxState>('GET', `/state?tenant=${tenant}`);
}

/** What an account says of itself, by its username; undefined when there is none. */
export async function accountOf(tenant: string, userName: string): Promise<Record<string, unknown> | undefined> {
  const { users } = await stateOf(tenant);
  return users.find((user) => user.data.userName === userName)?.data;
}

/** Usernames of the members of a group over there, in order; undefined when there is no such group. */
export async function membersOf(tenant: string, displayName: string): Promise<string[] | undefined> {
  const { users, groups } = await stateOf(tenant);
  const group = groups.find((candidate) => candidate.displayName === displayName);
  const names = new Map(users.map((user) => [user.id, String(user.data.userName)]));
  return group?.members.map((id) => names.get(id) ?? id).sort();
}
