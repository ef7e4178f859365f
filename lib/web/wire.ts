import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/** Methods that are possible anywhere at all. */
const everyMethod = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS';
/** Milliseconds in which a caller can take the answer before the connection is cut. */
const lingerMs = 1_000;

/** What the parser says is wrong, and the status for it; everything else is 400. */
const statuses: Record<string, number> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_INVALID_METHOD: 405,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  HPE_HEADER_OVERFLOW: 431,
};

/** Answers a request that could not be parsed, and ends the connection. @param code Node's, of the parser's error */
export function answerOnWire(socket: Duplex, code: string): void {
  if (!socket.writable || code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const status = statuses[code] ?? 400;
  const allow = status === 405 ? `allow: ${everyMethod}\r\n` : '';
  socket.on('error', () => {});
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${allow}connection: close\r\ncontent-length: 0\r\n\r\n`);
  setTimeout(() => socket.destroy(), lingerMs).unref();
}
