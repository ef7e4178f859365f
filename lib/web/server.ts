import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Connections } from './connections';
import { Front, type FrontOptions } from './front';
import { GuardedResponse } from './guarded-response';
import { answerOnWire } from './wire';

export interface Patience {
  /** Milliseconds for the headers, from the connection or the first byte on. */
  headersMs: number;
  /** Milliseconds for a body, from the headers on. */
  bodyMs: number;
  /** Milliseconds in which the rest of a refused body is thrown away, so that the caller reads the answer. */
  lingerMs: number;
  /** Milliseconds that a connection is kept between requests. */
  idleMs: number;
  /** Milliseconds that a connection may be silent in the middle: nobody takes the answer, or there is none. */
  silentMs: number;
  /** Connections that are held at once; see {@link Connections}. */
  mostConnections: number;
}

const production: Patience = {
  headersMs: 10_000,
  bodyMs: 30_000,
  lingerMs: 1_000,
  // Longer than proxies keep a connection (60 s), so that they never send into one that is being closed.
  idleMs: 65_000,
  silentMs: 300_000,
  mostConnections: 8_000,
};

const maxHeaderBytes = 16 * 1024;

/**
 * The one server that every request passes. What is not allowed, too large or too slow is refused here, before anything
 * is parsed; who the caller is is decided here; what every answer says is added here. Knows nothing of Next.
 * @param patience for tests: other than production's
 * @returns the server, not yet listening, and what ends it: connections that wait for no answer at once, the others with
 * their answer
 */
export function createFront(
  options: FrontOptions,
  patience: Partial<Patience> = {},
): { server: Server; stop: () => Promise<void> } {
  const { headersMs, bodyMs, lingerMs, idleMs, silentMs, mostConnections } = { ...production, ...patience };
  const front = new Front(options, { bodyMs, lingerMs, isClosing: () => !server.listening });
  const server = createServer(
    {
      ServerResponse: GuardedResponse,
      maxHeaderSize: maxHeaderBytes,
      headersTimeout: headersMs,
      // A body's own patience has ended before; this is for what never comes as far.
      requestTimeout: headersMs + bodyMs + 5_000,
      connectionsCheckingInterval: Math.min(2_000, headersMs),
      keepAliveTimeout: idleMs,
    },
    (request, response) => void front.answer(request, response),
  );
  // Node drops headers beyond its number in silence: they are counted and refused instead.
  server.maxHeadersCount = 0;
  server.timeout = silentMs;
  server.on('checkContinue', (request: IncomingMessage, response: GuardedResponse) => {
    void front.answer(request, response, () => response.writeContinue());
  });
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => answerOnWire(socket, 'HPE_INVALID_METHOD'));
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    // Half of an answer is on its way: nothing can be said any more.
    if (front.hasBegunToAnswer(socket)) socket.destroy();
    else answerOnWire(socket, error.code ?? '');
  });
  const connections = new Connections(mostConnections, (socket) => front.owesAnswer(socket));
  server.on('connection', (socket: Socket) => connections.add(socket));
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of connections) if (!front.owesAnswer(socket)) socket.destroy();
    });
  return { server, stop };
}
