import type { HttpClient } from '@/lib/http/client';

/** The same client, through which nothing is ever written: what is no GET is refused here, and never leaves. Only a defect asks for it. */
export function readOnly(http: HttpClient): HttpClient {
  return {
    probe: (url) => http.probe(url),
    close: () => http.close(),
    async request(request) {
      if (request.method !== 'GET') throw new Error(`A dry run writes nothing: ${request.method} was refused.`);
      return http.request(request);
    },
  };
}
