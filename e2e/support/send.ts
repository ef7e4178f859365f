import { type IncomingHttpHeaders, request } from 'node:http';
import { origin } from './environment';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

export interface Sent {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
  /** The address to send from, of this machine. */
  from?: string;
}

/** Sends what a browser or `fetch` would not: any method, any path as it is written, from any address of this machine. */
export function send(target: string, { method = 'GET', headers = {}, body, from }: Sent = {}): Promise<Answer> {
  const { host, hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const to = { host: hostname === 'localhost' ? '127.0.0.1' : hostname, port, path: target };
    const options = { ...to, method, headers: { host, ...headers }, agent: false };
    const sending = request({ ...options, ...(from ? { localAddress: from } : {}) }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (data) => {
        text += data;
      });
      answer.on('end', () => {
        said = { status: answer.statusCode ?? 0, headers: answer.headers, text };
      });
    });
    let said: Answer | undefined;
    // The end of a connection in the middle of sending is no error to whoever has the answer.
    sending.on('error', (error) => said ?? reject(error));
    sending.on('close', () => said && resolve(said));
    sending.end(body);
  });
}
