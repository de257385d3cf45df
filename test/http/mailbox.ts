import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** A mail as the server got it. */
export interface Mail {
  to: string[];
  from: string;
  headers: Map<string, string>;
  text: string;
  html: string;
  raw: string;
}

export interface Mailbox extends AsyncDisposable {
  /** For LOCKKEEPER_SMTP_URL. */
  url: string;
  mails: Mail[];
  /** Deliveries that were begun, refused ones included. */
  attempts(): number;
  /** The next mail to this address that nobody has asked for yet. */
  next(to: string): Promise<Mail>;
}

/** What a server says to a delivery before it takes it: nothing, or an SMTP error code. */
export type Refuse = (attempt: number) => number | undefined;

const plain = (text: string) => {
  const bytes = text
    .replaceAll(/=\r\n/g, '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number(`0x${hex}`)));
  return Buffer.from(bytes, 'latin1').toString('utf8').replaceAll('\r\n', '\n');
};

function read(raw: string, to: string[], from: string): Mail {
  const at = raw.indexOf('\r\n\r\n');
  const lines = raw
    .slice(0, at)
    .replaceAll(/\r\n[ \t]+/g, ' ')
    .split('\r\n');
  const headers = new Map(lines.map((line) => line.split(/: (.*)/s).slice(0, 2) as [string, string]));
  const boundary = /boundary="([^"]+)"/.exec(headers.get('Content-Type') ?? '')?.[1];
  const parts = raw.slice(at).split(`--${boundary}`);
  const part = (type: string) => {
    const found = parts.find((text) => text.includes(`Content-Type: ${type}`)) ?? '';
    const body = found.slice(found.indexOf('\r\n\r\n') + 4);
    return /Content-Transfer-Encoding: quoted-printable/.test(found) ? plain(body) : body.replaceAll('\r\n', '\n');
  };
  return { to, from, headers, text: part('text/plain'), html: part('text/html'), raw };
}

/** A real mail server on the loopback, which keeps what it takes. */
export async function openMailbox(refuse: Refuse = () => undefined): Promise<Mailbox> {
  const mails: Mail[] = [];
  const asked = new Set<Mail>();
  let attempts = 0;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    logger: false,
    onRcptTo(_address, _session, done) {
      const code = refuse(++attempts);
      done(code === undefined ? null : Object.assign(new Error(`no, not now`), { responseCode: code }));
    },
    onData(stream, { envelope }, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const from = envelope.mailFrom ? envelope.mailFrom.address : '';
        mails.push(
          read(
            Buffer.concat(chunks).toString('utf8'),
            envelope.rcptTo.map(({ address }) => address),
            from,
          ),
        );
        done();
      });
    },
  });
  server.on('error', () => {});
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    attempts: () => attempts,
    async next(to) {
      for (let waited = 0; waited < 5_000; waited += 10) {
        const mail = mails.find((entry) => !asked.has(entry) && entry.to.includes(to));
        if (mail) {
          asked.add(mail);
          return mail;
        }
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      throw new Error(`There is no mail to ${to}`);
    },
    async [Symbol.asyncDispose]() {
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
