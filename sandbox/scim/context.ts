import type { Tenant } from '../store/tenant';

/** What travels through the library with each request. */
export interface ScimContext {
  tenant: Tenant;
  /** Most resources in one page. */
  maxPageSize: number;
  /** Set by a list that was cut to a page before it was handed over; the answer is put right with it. */
  page?: { startIndex: number };
  changed: () => void;
}

export type Scimmy = typeof import('scimmy').default;
