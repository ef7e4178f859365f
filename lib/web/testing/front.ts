import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { DatabaseWatch } from '../database-watch';
import type { FrontOptions } from '../front';
import { createFront, type Patience } from '../server';

/** What came through to the handler. */
export interface Passed {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

/** A real server with a handler that reads everything and answers 200, or what `answer` says. */
export async function startFront(
  options: Partial<FrontOptions> & {
    patience?: Partial<Patience>;
    answer?: (request: IncomingMessage, response: ServerResponse) => void;
  } = {},
) {
  const passed: Passed[] = [];
  const { patience, answer, ...others } = options;
  const { server, stop } = createFront(
    {
      origin: 'http://localhost:3000',
      trustedProxies: [],
      dev: false,
      database: new DatabaseWatch(async () => {}),
      carriedSession: async ({ headers }) => /^session=(ours.*)$/.exec(headers.cookie ?? '')?.[1],
      requestsPerMinute: () => 1_000_000,
      onLimited: () => undefined,
      refusalOf: () => undefined,
      handler: async (request, response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk as Buffer);
        const { method, url, headers } = request;
        passed.push({ method, url, headers: { ...headers }, body: Buffer.concat(chunks) });
        if (answer) answer(request, response);
        else response.writeHead(200, { 'content-type': 'text/plain' }).end('through');
      },
      ...others,
    },
    { lingerMs: 200, ...patience },
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { port, passed, stop, close, url: `http://127.0.0.1:${port}` };
}

/** A bare connection. */
export class Wire {
  private text = '';
  private isClosed = false;

  private constructor(private readonly socket: Socket) {
    socket.setEncoding('latin1');
    socket.on('data', (data) => {
      this.text += data;
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.isClosed = true;
    });
  }

  /** @param from an address of this machine */
  static async open(port: number, from = '127.0.0.1'): Promise<Wire> {
    const socket = connect({ port, host: '127.0.0.1', localAddress: from });
    await once(socket, 'connect');
    return new Wire(socket);
  }

  send(text: string): this {
    this.socket.write(text, 'latin1');
    return this;
  }

  /** Everything that was said, once it holds `what`. @throws Error when the connection ends before */
  async until(what: RegExp): Promise<string> {
    while (!what.test(this.text)) {
      if (this.isClosed) throw new Error(`closed after: ${this.text}`);
      await this.next('data', 'close');
    }
    return this.text;
  }

  /** Everything that was said until the other side ended. */
  async toTheEnd(): Promise<string> {
    if (!this.isClosed) await this.next('close');
    return this.text;
  }

  destroy(): void {
    this.socket.destroy();
  }

  /** Not `once` of node:events: an end by reset is an end. */
  private next(...events: string[]): Promise<void> {
    return new Promise((resolve) => {
      for (const event of events) this.socket.once(event, () => resolve());
    });
  }
}

/** Says one thing on a connection of its own. @returns the head of the first answer */
export async function say(port: number, text: string): Promise<string> {
  const wire = await Wire.open(port);
  const answer = await wire.send(text).until(/\r\n\r\n/);
  wire.destroy();
  return answer.slice(0, answer.indexOf('\r\n\r\n'));
}
