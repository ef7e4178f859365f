import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cookie } from '@playwright/test';
import { isOurOwn, origin } from './environment';
import { send } from './send';

export interface ServerAction {
  id: string;
  /** Below the repository's root. */
  file: string;
  name: string;
  /** A path of the console that knows the action. */
  path: string;
}

interface Manifest {
  node: Record<string, { filename?: string; exportedName?: string; workers: Record<string, unknown> }>;
}

const manifestName = 'server-reference-manifest.json';
const somebody = '00000000-0000-4000-8000-000000000000';

/** Every server action that browsers can reach, as Next wrote them down when the console was built. */
export function listActions(): ServerAction[] {
  const built = join('.next', 'server', manifestName);
  const path = isOurOwn || !existsSync(join('.next', 'dev')) ? built : join('.next', 'dev', 'server', manifestName);
  const { node } = JSON.parse(readFileSync(path, 'utf8')) as Manifest;
  return Object.entries(node).map(([id, { filename = '', exportedName = '', workers }]) => ({
    id,
    file: filename,
    name: exportedName,
    path: pathOf(Object.keys(workers)[0] ?? ''),
  }));
}

/** `app/(console)/users/[id]/page` as an address. */
function pathOf(worker: string): string {
  const parts = worker.split('/').filter((part) => part !== 'app' && part !== 'page' && !part.startsWith('('));
  return `/${parts.map((part) => (part.startsWith('[') ? somebody : part)).join('/')}`;
}

export interface ActionAnswer {
  ok: boolean;
  code?: string;
  [more: string]: unknown;
}

/**
 * Posts to a server action as a browser's script does.
 * @param cookies of the session; none: signed out
 * @param from the address to send from, of this machine
 * @throws Error when what comes back is no answer of an action
 */
export async function callAction(
  action: ServerAction,
  input: unknown,
  cookies: Cookie[],
  from?: string,
): Promise<ActionAnswer> {
  const { status, text } = await send(action.path, {
    method: 'POST',
    headers: {
      'next-action': action.id,
      accept: 'text/x-component',
      'content-type': 'text/plain;charset=UTF-8',
      origin,
      cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; '),
    },
    body: JSON.stringify([input]),
    ...(from ? { from } : {}),
  });
  const rows = new Map(text.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line]));
  const answer = /"a":"\$@?([0-9a-f]+)"/.exec(rows.get('0') ?? '')?.[1];
  const row = answer === undefined ? undefined : rows.get(answer);
  if (row === undefined) throw new Error(`${action.name}: ${status} ${text.slice(0, 300)}`);
  return JSON.parse(row.slice(row.indexOf(':') + 1)) as ActionAnswer;
}

/** Runs an action by its name, as somebody who may, to prepare what a test is not about. @throws Error when refused */
export async function prepare<T>(name: string, input: unknown, cookies: Cookie[]): Promise<T> {
  const action = listActions().find((candidate) => candidate.name === name);
  if (!action) throw new Error(`No server action is called ${name}.`);
  const answer = await callAction(action, input, cookies);
  if (!answer.ok) throw new Error(`${name}: ${JSON.stringify(answer)}`);
  return answer as T;
}
