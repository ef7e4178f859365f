import type { Agent, Dispatcher } from 'undici';
import { BodyTooLargeError, decodeBody } from '@/lib/http/body';
import { type ConnectOptions, type HostTrust, type Lookup, openConnection, systemLookup } from '@/lib/http/connect';
import { HttpError, type HttpErrorCode } from '@/lib/http/errors';
import { type AllowList, assertAllowedUrl, createTargetPolicy, hostnameOf, portOf } from '@/lib/http/targets';

export interface HttpClientOptions {
  /** Private targets that may be reached: `host`, `host:port`, address, `address:port` or CIDR. */
  allowPrivateTargets: AllowList;
  /** Replaces the system's resolver. */
  lookup?: Lookup;
  /** Certificates (PEM) trusted instead of the system's. */
  ca?: string;
  /** How one host alone is known. */
  trust?: HostTrust;
  /** Limit for opening a connection, per address and phase. Default 10,000. */
  connectTimeoutMs?: number;
}

export interface HttpRequest {
  url: string;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  headers?: Readonly<Record<string, string>>;
  body?: string;
  /** From the call to the last byte of the answer. Default 15,000. */
  timeoutMs?: number;
  /** Limit of the body, both as it travels and decompressed. Default 5 MiB. */
  maxBytes?: number;
  signal?: AbortSignal;
}

export interface HttpResponse {
  status: number;
  /** Names in lower case; repeated headers joined with ", ". At most 16 KiB in all. */
  headers: Record<string, string>;
  body: string;
  durationMs: number;
}

export interface ProbeResult {
  address: string;
  /** Resolving the name and opening the connection. */
  connectMs: number;
  /** Absent for plain http. */
  tlsMs?: number;
}

export interface HttpClient {
  /**
   * Sends one request; any status but a redirect is an answer. Never retries, never follows a redirect.
   * @throws HttpError; its `requestSent` tells "never left" from "outcome unknown"
   */
  request(request: HttpRequest): Promise<HttpResponse>;
  /** Opens a connection, with TLS for https, and closes it again. @throws HttpError */
  probe(url: string): Promise<ProbeResult>;
  /** Ends the pooled connections; requests under way finish first. */
  close(): Promise<void>;
}

const defaultTimeoutMs = 15_000;
const defaultMaxBytes = 5 * 1024 * 1024;
const maxHeaderBytes = 16 * 1024;
const redirects = new Set([301, 302, 303, 307, 308]);

/** A client with a pool of kept-alive connections and a guard against requests into private networks (SSRF). */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const policy = createTargetPolicy(options.allowPrivateTargets);
  const connectOptions: ConnectOptions = {
    policy,
    lookup: options.lookup ?? systemLookup,
    timeoutMs: options.connectTimeoutMs ?? 10_000,
    ...(options.ca === undefined ? {} : { ca: options.ca }),
    ...(options.trust === undefined ? {} : { trust: options.trust }),
  };
  const ways: Agent.Options = {
    // One timer per request covers all phases: a drop of data every few seconds must not keep a request alive.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxHeaderSize: maxHeaderBytes,
    keepAliveTimeout: 4_000,
    keepAliveMaxTimeout: 60_000,
    connect: ({ hostname, protocol, port }, callback) => {
      const secure = protocol === 'https:';
      const host = hostname
        .toLowerCase()
        .replace(/^\[(.*)\]$/, '$1')
        .replace(/\.$/, '');
      const target = { hostname: host, port: Number(port) || (secure ? 443 : 80), secure };
      openConnection(target, connectOptions).then(
        ({ socket }) => callback(null, socket),
        (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), null),
      );
    },
  };
  // Loaded with the first request: it takes 9 MiB, and many processes send none.
  let agent: Promise<Agent> | undefined;
  const opened = () => {
    agent ??= import('undici').then(({ Agent }) => new Agent(ways));
    return agent;
  };
  return {
    request: async (request) => {
      const url = assertAllowedUrl(request.url, policy);
      return send(await opened(), url, request);
    },
    probe: async (text) => {
      const url = assertAllowedUrl(text, policy);
      const target = { hostname: hostnameOf(url), port: portOf(url), secure: url.protocol === 'https:' };
      const { socket, address, resolveMs, connectMs, tlsMs } = await openConnection(target, connectOptions);
      socket.destroy();
      return { address, connectMs: resolveMs + connectMs, ...(tlsMs === undefined ? {} : { tlsMs }) };
    },
    close: async () => (await agent)?.close(),
  };
}

function send(agent: Agent, url: URL, request: HttpRequest): Promise<HttpResponse> {
  const exchange = new ExchangeInFlight(url, request);
  try {
    const { method, headers = {}, body = null } = request;
    agent.dispatch(
      {
        origin: url.origin,
        path: url.pathname + url.search,
        method,
        headers: { 'accept-encoding': 'gzip, deflate, br', ...headers },
        body,
      },
      exchange,
    );
  } catch (error) {
    exchange.onResponseError(undefined, error);
  }
  return exchange.promise;
}

/** One request on its way: settles exactly once, by the answer, an error, the timer or the caller's signal. */
class ExchangeInFlight implements Dispatcher.DispatchHandler {
  readonly promise: Promise<HttpResponse>;
  readonly #host: string;
  readonly #maxBytes: number;
  readonly #started = performance.now();
  readonly #timer: NodeJS.Timeout;
  readonly #signal: AbortSignal | undefined;
  #resolve: (response: HttpResponse) => void = () => {};
  #reject: (error: HttpError) => void = () => {};
  #settled = false;
  #controller: Dispatcher.DispatchController | undefined;
  #status: number | undefined;
  #headers: Record<string, string> = {};
  #chunks: Buffer[] = [];
  #received = 0;

  constructor(url: URL, request: HttpRequest) {
    this.#host = url.host;
    this.#maxBytes = request.maxBytes ?? defaultMaxBytes;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    const timeoutMs = request.timeoutMs ?? defaultTimeoutMs;
    this.#timer = setTimeout(() => {
      this.#fail('timeout', `${this.#host} did not answer completely within ${timeoutMs / 1000} s`);
    }, timeoutMs);
    this.#signal = request.signal;
    this.#signal?.addEventListener('abort', this.#onAbort, { once: true });
    if (this.#signal?.aborted) this.#onAbort();
  }

  readonly #onAbort = () => this.#fail('aborted', 'The request was cancelled');

  /** The connection stands and the first byte is about to be written. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#settled) {
      controller.abort(new Error('settled before it was sent'));
      return;
    }
    this.#controller = controller;
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (status < 200) return;
    this.#status = status;
    for (const [name, value] of Object.entries(headers)) {
      if (value !== undefined) this.#headers[name] = Array.isArray(value) ? value.join(', ') : value;
    }
    if (redirects.has(status)) {
      const location = (this.#headers.location ?? '').slice(0, 2_000);
      this.#fail('redirect', `${this.#host} redirects to ${location || 'nowhere'}; redirects are not followed`, {
        location,
      });
    } else if (Number(this.#headers['content-length']) > this.#maxBytes) {
      this.#failTooLarge();
    }
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#settled) return;
    this.#received += chunk.length;
    if (this.#received > this.#maxBytes) this.#failTooLarge();
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const status = this.#status;
    if (this.#settled || status === undefined) return;
    decodeBody(Buffer.concat(this.#chunks), this.#headers['content-encoding'], this.#maxBytes).then(
      (body) => {
        if (!this.#settle()) return;
        const durationMs = Math.round(performance.now() - this.#started);
        this.#resolve({ status, headers: this.#headers, body, durationMs });
      },
      (error: unknown) => {
        if (error instanceof BodyTooLargeError) this.#failTooLarge();
        else this.#fail('invalid_response', `The answer of ${this.#host} cannot be decompressed`, { cause: error });
      },
    );
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: unknown): void {
    if (error instanceof HttpError) {
      if (this.#settle()) this.#reject(error);
      return;
    }
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'UND_ERR_INVALID_ARG') {
      this.#fail('invalid_request', 'The request has a header or URL that cannot be sent', { cause: error });
    } else if (code === 'UND_ERR_HEADERS_OVERFLOW') {
      this.#fail('too_large', `The headers of ${this.#host} are larger than ${maxHeaderBytes / 1024} KiB`);
    } else if (error instanceof Error && error.name === 'HTTPParserError') {
      this.#fail('invalid_response', `${this.#host} answered something that is not HTTP`, { cause: error });
    } else {
      this.#fail('reset', `${this.#host} closed the connection before its answer was complete`, { cause: error });
    }
  }

  #failTooLarge(): void {
    this.#fail(
      'too_large',
      `The answer of ${this.#host} is larger than ${this.#maxBytes.toLocaleString('en-US')} bytes`,
    );
  }

  #fail(code: HttpErrorCode, message: string, details: { location?: string; cause?: unknown } = {}): void {
    if (!this.#settle()) return;
    const requestSent = this.#controller !== undefined;
    const status = this.#status === undefined ? {} : { status: this.#status };
    const error = new HttpError(code, message, { requestSent, ...status, ...details });
    this.#controller?.abort(error);
    this.#reject(error);
  }

  /** True for the first caller only. */
  #settle(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener('abort', this.#onAbort);
    return true;
  }
}
