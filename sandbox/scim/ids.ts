import { isObject } from '../store/records';
import type { Tenant } from '../store/tenant';

/** Ids of digits as numbers, of resources and of members, wherever they stand. */
export function withNumbers(answer: unknown): unknown {
  if (Array.isArray(answer)) return answer.map(withNumbers);
  if (!isObject(answer)) return answer;
  return Object.fromEntries(
    Object.entries(answer).map(([name, value]) => {
      const isId = name === 'id' || (name === 'value' && 'display' in answer);
      return [name, isId && typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : withNumbers(value)];
    }),
  );
}

/** An account that was just changed gets another id, in its groups too. @returns the answer with it */
export function withAnotherId(tenant: Tenant, answer: unknown): unknown {
  const { store } = tenant;
  const account = isObject(answer) && typeof answer.id === 'string' ? store.user(answer.id) : undefined;
  if (!account) return answer;
  const id = tenant.newUserId();
  const groups = store.groupsOf(account.id);
  store.removeUser(account.id);
  store.putUser({ ...account, id });
  for (const group of groups) {
    const now = store.group(group.id) ?? group;
    store.putGroup({ ...now, members: new Set([...now.members, id]) });
  }
  return { ...(answer as object), id };
}
