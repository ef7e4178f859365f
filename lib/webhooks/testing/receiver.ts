import type { IncomingHttpHeaders } from 'node:http';
import { Webhook } from 'standardwebhooks';
import { startHttp } from '@/lib/http/testing/server';

export interface Received {
  headers: IncomingHttpHeaders;
  body: string;
  /** The message, once its signature was verified by the reference implementation. */
  message: { type: string; events?: { id: string; name: string; message: string | null }[] };
}

/** What a receiver answers with. */
export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: string;
  /** Before it answers, in milliseconds. */
  delayMs?: number;
}

export interface Receiver {
  url: string;
  /** Every message that came, in order. */
  received: Received[];
  /** The messages of the events that were accepted, in order. */
  accepted: (string | null)[];
  /** The secret to verify with; nothing verifies before it is set. */
  secret: string;
  /** Decides the answer; 204 unless told. */
  answer: (received: Received) => Answer;
  close(): Promise<void>;
}

/** A real receiver that refuses what its reference implementation cannot verify, with 401. */
export async function startReceiver(): Promise<Receiver> {
  const server = await startHttp((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      try {
        const message = new Webhook(receiver.secret).verify(body, request.headers as Record<string, string>);
        const received = { headers: request.headers, body, message: message as Received['message'] };
        receiver.received.push(received);
        const { status, headers, body: text, delayMs = 0 } = receiver.answer(received);
        if (status >= 200 && status < 300) {
          receiver.accepted.push(...(received.message.events ?? []).map((event) => event.message));
        }
        setTimeout(() => response.writeHead(status, headers).end(text), delayMs);
      } catch {
        response.writeHead(401).end();
      }
    });
  });
  const receiver: Receiver = {
    url: `${server.url}/in`,
    received: [],
    accepted: [],
    secret: 'whsec_bm90aGluZyB2ZXJpZmllcyB3aXRoIHRoaXMgb25l',
    answer: () => ({ status: 204 }),
    close: () => server.close(),
  };
  return receiver;
}
