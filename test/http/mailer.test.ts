import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { describe, test } from 'node:test';
import { pino } from 'pino';
import { readConfig } from '../../src/config.ts';
import { invitationLetter } from '../../src/mail/letters.ts';
import { createMailer } from '../../src/mail/mailer.ts';
import { type Mailbox, openMailbox, type Refuse } from './mailbox.ts';

/** A mailer on a real server, and every line that it logs. */
async function rig(refuse?: Refuse) {
  const mailbox = await openMailbox(refuse);
  const lines: string[] = [];
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const log = pino({ level: 'trace' }, sink);
  const mailer = createMailer({ smtpUrl: mailbox.url, from: 'keys@studio.example', log });
  return {
    mailbox,
    mailer,
    lines,
    async [Symbol.asyncDispose]() {
      await mailer[Symbol.asyncDispose]();
      await mailbox[Symbol.asyncDispose]();
    },
  };
}

const TICKET = 'a-ticket-that-opens-something';
const letter = (organisation = 'Studio') =>
  invitationLetter({
    organisation,
    permission: 'nanoUser',
    url: `http://127.0.0.1/invitation#${TICKET}`,
    expiresAt: 0,
  });

const until = async (condition: () => boolean) => {
  for (let waited = 0; waited < 5_000 && !condition(); waited += 10) await new Promise((done) => setTimeout(done, 10));
  assert.ok(condition());
};

describe('a mail', () => {
  test('that the server cannot take now is tried again', async () => {
    await using here = await rig((attempt) => (attempt === 1 ? 451 : undefined));
    here.mailer.send('late@example.test', letter());
    await here.mailbox.next('late@example.test');
    assert.equal(here.mailbox.attempts(), 2);
    assert.partialDeepStrictEqual(JSON.parse(here.lines[0] ?? ''), { responseCode: 451, attempt: 1, last: false });
  });

  test('that the server refuses for good is not', async () => {
    await using here = await rig((attempt) => (attempt === 1 ? 550 : undefined));
    here.mailer.send('nobody@example.test', letter());
    await until(() => here.lines.length > 0);
    assert.partialDeepStrictEqual(JSON.parse(here.lines[0] ?? ''), { responseCode: 550, attempt: 1, last: true });
    here.mailer.send('somebody@example.test', letter());
    await here.mailbox.next('somebody@example.test');
    assert.equal(here.mailbox.attempts(), 2);
  });

  test('leaves neither its address nor its link in the log, whatever becomes of it', async () => {
    await using here = await rig((attempt) => [451, 550][attempt - 1]);
    here.mailer.send('private@example.test', letter());
    here.mailer.send('private@example.test', letter());
    here.mailer.send('two@example.test,private@example.test', letter());
    here.mailer.send('private@example.test', letter());
    await here.mailbox.next('private@example.test');
    await until(() => here.lines.length >= 3);
    const text = here.lines.join('');
    for (const secret of ['private', TICKET, 'Studio']) assert.equal(text.includes(secret), false, text);
  });

  test('goes to one address alone: what could be read as two, or as a header, goes nowhere', async () => {
    await using here = await rig();
    for (const to of [
      'one@example.test,two@example.test',
      'one@example.test;two@example.test',
      'a,b@example.test',
      '"one@example.test"@example.test',
      'Name<one@example.test>',
      'one@example.test\r\nRCPT TO:<two@example.test>',
      'one@example.test\nBcc: two@example.test',
      'one(two@example.test)@example.test',
      'one@[127.0.0.1]',
      'one two@example.test',
    ])
      here.mailer.send(to, letter());
    here.mailer.send('last@example.test', letter());
    await here.mailbox.next('last@example.test');
    assert.deepEqual(
      here.mailbox.mails.map(({ to }) => to),
      [['last@example.test']],
    );
  });

  test('has no header but ours, whatever an organisation is called', async () => {
    await using here = await rig();
    const name = 'Studio\r\nBcc: two@example.test\r\n\r\n<script>alert(1)</script>';
    here.mailer.send('one@example.test', letter(name));
    const { headers, to, html } = await here.mailbox.next('one@example.test');
    assert.deepEqual(to, ['one@example.test']);
    assert.deepEqual([...headers.keys()].sort(), [
      'Content-Type',
      'Date',
      'From',
      'MIME-Version',
      'Message-ID',
      'Subject',
      'To',
    ]);
    assert.doesNotMatch(html, /<script/);
  });

  test('under way when the server stops does not hold it up', async () => {
    const here: { mailbox: Mailbox } & AsyncDisposable = await rig(() => 451);
    (here as Awaited<ReturnType<typeof rig>>).mailer.send('one@example.test', letter());
    await until(() => here.mailbox.attempts() > 0);
    const begun = performance.now();
    await here[Symbol.asyncDispose]();
    assert.ok(performance.now() - begun < 2_000);
  });
});

describe('the configuration of mail', () => {
  const read = (env: Record<string, string>) => readConfig({ LOCKKEEPER_DATA: '/nowhere', ...env });
  const wrong = (env: Record<string, string>, words: RegExp) =>
    assert.throws(
      () => read(env),
      (error: Error) => words.test(error.message) && !error.message.includes('s3cret'),
    );

  test('keeps the address of the server, which holds a password, apart from what may be logged', () => {
    const smtp = 'smtps://user:s3cret@mail.example:465';
    const { config, secrets } = read({ LOCKKEEPER_SMTP_URL: smtp });
    assert.equal(secrets.smtpUrl, smtp);
    assert.equal(JSON.stringify(config).includes('s3cret'), false);
  });

  test('sends from the host that people know, unless told otherwise', () => {
    assert.equal(read({}).config.mailFrom, 'lockkeeper@localhost');
    assert.equal(
      read({ LOCKKEEPER_PUBLIC_URL: 'https://live.example:8443' }).config.mailFrom,
      'lockkeeper@live.example',
    );
    assert.equal(read({ LOCKKEEPER_MAIL_FROM: 'Keys <keys@x.example>' }).config.mailFrom, 'Keys <keys@x.example>');
  });

  test('refuses what it cannot use, without repeating it', () => {
    wrong({ LOCKKEEPER_SMTP_URL: 'http://user:s3cret@mail.example' }, /LOCKKEEPER_SMTP_URL must be like smtp:/);
    wrong({ LOCKKEEPER_SMTP_URL: 's3cret' }, /LOCKKEEPER_SMTP_URL must be like smtp:/);
    wrong({ LOCKKEEPER_SMTP_URL: 'smtp://user:s3cret@mail.example?logger=true' }, /knows no option but/);
    wrong({ LOCKKEEPER_MAIL_FROM: 'nobody' }, /LOCKKEEPER_MAIL_FROM must be an e-mail address/);
    wrong({ LOCKKEEPER_MAIL_FROM: 'a@b.example, c@d.example' }, /LOCKKEEPER_MAIL_FROM must be an e-mail address/);
    wrong({ LOCKKEEPER_SIGNUP: 'yes' }, /LOCKKEEPER_SIGNUP must be one of on, off/);
  });
});
