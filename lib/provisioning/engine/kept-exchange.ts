import type { ScimExchange } from '@/lib/scim/exchange';

/** A request and its answer, as they are kept. */
export interface KeptExchange {
  method: string;
  url: string;
  requestBody: string | null;
  status: number | null;
  /** Or why there is none. */
  responseBody: string | null;
  /** Null where it was not kept with it. */
  durationMs: number | null;
  /** It was part of a request of so many operations; null: it was one of its own. */
  together?: number | null;
}

const mostBodyCharacters = 65_536;

/** Cut to what is kept of bodies, without what PostgreSQL's text cannot hold. */
export function keptExchange(exchange: ScimExchange): KeptExchange {
  return {
    method: exchange.method,
    url: exchange.url,
    requestBody: storable(exchange.requestBody),
    status: exchange.status ?? null,
    responseBody: storable(exchange.responseBody ?? exchange.error),
    durationMs: Math.round(exchange.durationMs),
    together: exchange.together ?? null,
  };
}

function storable(body: string | undefined): string | null {
  return body === undefined ? null : body.slice(0, mostBodyCharacters).replaceAll('\0', '');
}
