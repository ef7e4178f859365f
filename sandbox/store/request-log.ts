import type { RequestEntry } from './records';

const keep = 500;

export interface RequestCounters {
  total: number;
  writes: number;
  /** By method and resource: `POST /Users`, `PATCH /Users/:id`. */
  byRoute: Record<string, number>;
  /** By status; `0` counts answers that were lost on purpose. */
  byStatus: Record<string, number>;
}

/** The last 500 SCIM requests of a tenant, and counters over all of them since the log was cleared. */
export class RequestLog {
  private entries: RequestEntry[] = [];
  private counted: RequestCounters = emptyCounters();

  add(entry: Omit<RequestEntry, 'n'>): void {
    const { total } = this.counted;
    this.entries.push({ ...entry, n: total + 1 });
    if (this.entries.length > keep) this.entries.splice(0, this.entries.length - keep);
    const route = `${entry.method} ${routeOf(entry.path)}`;
    this.counted.total = total + 1;
    if (entry.method !== 'GET') this.counted.writes++;
    this.counted.byRoute[route] = (this.counted.byRoute[route] ?? 0) + 1;
    this.counted.byStatus[entry.status] = (this.counted.byStatus[entry.status] ?? 0) + 1;
  }

  clear(): void {
    this.entries = [];
    this.counted = emptyCounters();
  }

  counters(): RequestCounters {
    return structuredClone(this.counted);
  }

  /** Newest first. */
  list(): RequestEntry[] {
    return [...this.entries].reverse();
  }

  find(n: number): RequestEntry | undefined {
    return this.entries.find((entry) => entry.n === n);
  }
}

function emptyCounters(): RequestCounters {
  return { total: 0, writes: 0, byRoute: {}, byStatus: {} };
}

function routeOf(path: string): string {
  const [plain = ''] = path.split('?');
  const [, resource = '', id] = plain.split('/');
  return id === undefined || id === '' ? `/${resource}` : `/${resource}/:id`;
}
