import { type Faults, isObject, text } from '../store/records';
import type { Tenant } from '../store/tenant';

type Query = Record<string, unknown>;
type List = Record<string, unknown>;

const emptied = new WeakSet<Tenant>();
/** What a list without end claims to hold. */
const endless = 1_000_000_000;

/** Forgets that a list was empty once already: the next one is again. */
export function emptyAgain(tenant: Tenant): void {
  emptied.delete(tenant);
}

/** What a list or a search is taken for, where the tenant is told to list or to search badly. */
export function bentQuery({ faults, store }: Tenant, query: Query): Query {
  const { filter, ...page } = query;
  if (filter !== undefined) return bentSearch(faults, page, text(filter));
  if (faults.lists === 'same page') return { ...page, startIndex: '1' };
  if (faults.lists === 'first fifty' || faults.lists === 'first fifty as all') return { startIndex: '1', count: '50' };
  if (faults.lists === 'endless') {
    const start = Math.max(1, Number(query.startIndex ?? 1));
    return { ...page, startIndex: String(((start - 1) % Math.max(1, store.userCount)) + 1) };
  }
  return query;
}

function bentSearch({ search }: Faults, page: Query, filter: string): Query {
  if (search === 'ignores the filter') return page;
  const begins = /^(\S+) eq "(..)/.exec(filter);
  if (search === 'finds too much' && begins) return { ...page, filter: `${begins[1]} sw "${begins[2]}"` };
  return { ...page, filter };
}

/** The answer to a list or a search, as the tenant is told to tell it. @param asked the query as it came */
export function bentList(tenant: Tenant, asked: Query, list: List): List {
  const { lists, search } = tenant.faults;
  const resources = Array.isArray(list.Resources) ? list.Resources.filter(isObject) : [];
  if (asked.filter !== undefined) {
    if (search === 'finds nothing') return { ...list, totalResults: 0, itemsPerPage: 0, Resources: [] };
    if (search !== 'minds the case') return list;
    const [, value = ''] = / eq (".*")$/.exec(text(asked.filter)) ?? [];
    const exact = resources.filter((resource) => JSON.stringify(resource).includes(value));
    return { ...list, totalResults: exact.length, itemsPerPage: exact.length, Resources: exact };
  }
  switch (lists) {
    case 'first page':
      return Number(asked.startIndex ?? 1) > 1 ? { ...list, itemsPerPage: 0, Resources: [] } : list;
    case 'first fifty as all':
      return { ...list, totalResults: resources.length };
    case 'empty once': {
      if (emptied.has(tenant)) return list;
      emptied.add(tenant);
      return { ...list, totalResults: 0, itemsPerPage: 0, Resources: [] };
    }
    case 'endless':
      return { ...list, totalResults: endless };
    case 'wrong total':
      return { ...list, totalResults: Number(list.totalResults) + 7 };
    case 'no total': {
      const { totalResults: _, ...untold } = list;
      return untold;
    }
    default:
      return list;
  }
}
