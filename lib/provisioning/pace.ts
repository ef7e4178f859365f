import type { HttpClient } from '@/lib/http/client';

/** No more requests leave for one application than a minute may have: evenly, one after the other. Kept per process. */
export class Pace {
  #everyMs = 0;
  #next = 0;

  /** @param requestsAMinute 0: as many as there are */
  allow(requestsAMinute: number): void {
    this.#everyMs = requestsAMinute > 0 ? 60_000 / requestsAMinute : 0;
  }

  /** Waits until the next request may leave. */
  async turn(): Promise<void> {
    if (this.#everyMs === 0) return;
    const now = performance.now();
    const at = Math.max(now, this.#next);
    this.#next = at + this.#everyMs;
    if (at > now) await new Promise((resolve) => setTimeout(resolve, at - now));
  }
}

const paces = new Map<string, Pace>();

/** The pace of one application, kept for the life of the process. */
export function paceOf(applicationId: string): Pace {
  const known = paces.get(applicationId);
  if (known) return known;
  const made = new Pace();
  paces.set(applicationId, made);
  return made;
}

/** The same client, every request of which waits for its turn. Its time counts from then on. */
export function paced(http: HttpClient, pace: Pace): HttpClient {
  return {
    probe: (url) => http.probe(url),
    close: () => http.close(),
    async request(request) {
      await pace.turn();
      return http.request(request);
    },
  };
}
