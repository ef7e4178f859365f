/** One request and its answer, as kept with an attempt. Holds no header, hence no credentials; bodies are redacted. */
export interface ScimExchange {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: string;
  requestBody?: string;
  status?: number;
  responseBody?: string;
  durationMs: number;
  /** Why there is no complete answer. */
  error?: string;
  /** It was part of a request of so many (RFC 7644 §3.7): the bodies hold what is about this one alone. */
  together?: number;
}
