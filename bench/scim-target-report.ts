/** What bench/scim-target.ts tells of one tenant, since it was last asked. */
export interface TenantReport {
  /** By method and path, ids as `id`: `PATCH /Users/id`. */
  requests: Record<string, number>;
  /** Requests that were under way at one moment. */
  mostAtOnce: number;
  /** Milliseconds in which at least one request was under way. */
  busyMs: number;
  /** Body of the last person created. */
  lastCreated: string;
  /** When (milliseconds of the wall clock) the first byte of a change of whom arrived. */
  arrivals: { userName: string; at: number }[];
}
