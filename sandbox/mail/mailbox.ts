import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';

const keepAtMost = 500;
const maxBytes = 10 * 1024 * 1024;

/** A message that was delivered to the sandbox. */
export interface Mail {
  id: number;
  at: string;
  from: string;
  to: string[];
  subject: string;
  text: string;
  html: string;
  headers: Array<{ name: string; value: string }>;
  attachments: Array<{ name: string; type: string; size: number }>;
}

/** Collects everything that is mailed to it, for anybody. Newest first; the last 500 messages. */
export class Mailbox {
  private mails: Mail[] = [];
  private nextId = 1;
  private readonly server: SMTPServer;

  constructor() {
    this.server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      size: maxBytes,
      onAuth: (_auth, _session, done) => done(null, { user: 'anybody' }),
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const recipients = session.envelope.rcptTo.map(({ address }) => address);
          this.receive(Buffer.concat(chunks), recipients).then(() => done(), done);
        });
      },
    });
    // A client that hangs up in the middle is its own problem, not a reason to end the sandbox.
    this.server.on('error', (error) => console.error(`Mailbox: ${error.message}`));
  }

  /** @returns the port it listens on, on loopback only */
  listen(port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      const listener = this.server.listen(port, '127.0.0.1', () => {
        this.server.off('error', reject);
        const address = listener.address();
        resolve(typeof address === 'object' && address ? address.port : port);
      });
    });
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  list(): readonly Mail[] {
    return this.mails;
  }

  find(id: number): Mail | undefined {
    return this.mails.find((mail) => mail.id === id);
  }

  clear(): void {
    this.mails = [];
    this.nextId = 1;
  }

  private async receive(raw: Buffer, recipients: string[]): Promise<void> {
    const parsed = await PostalMime.parse(raw);
    this.mails.unshift({
      id: this.nextId++,
      at: new Date().toISOString(),
      from: parsed.from?.name ? `${parsed.from.name} <${parsed.from.address ?? ''}>` : (parsed.from?.address ?? ''),
      to: recipients,
      subject: parsed.subject ?? '(no subject)',
      text: parsed.text ?? '',
      html: parsed.html ?? '',
      headers: parsed.headers.map(({ key, value }) => ({ name: key, value })),
      attachments: parsed.attachments.map(({ filename, mimeType, content }) => ({
        name: filename ?? 'attachment',
        type: mimeType,
        size: typeof content === 'string' ? content.length : content.byteLength,
      })),
    });
    this.mails.length = Math.min(this.mails.length, keepAtMost);
  }
}
