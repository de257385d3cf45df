import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { after, before, describe, test } from 'node:test';
import { readConfig } from '../../src/config.ts';
import { allowedAddresses, type EgressPolicy, isAllowedAddress, ownAt, pinned, readAllowed } from '../../src/egress.ts';
import { type NameServer, nameServer } from './name-server.ts';

const policy = (allow: string[] = [], ports: number[] = [], hosts: string[] = []): EgressPolicy => ({
  allow,
  own: { hosts, ports },
});
const may = (ip: string, { allow, port = 443 }: { allow?: string[]; port?: number } = {}) =>
  isAllowedAddress(ip, { host: ip, port }, policy(allow));

const FORBIDDEN: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.1', '127.255.255.254', '::1', '0:0:0:0:0:0:0:1'],
  unspecified: ['0.0.0.0', '0.1.2.3', '::'],
  private: ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', 'fc00::1', 'fd12:3456::1'],
  'link-local': ['169.254.1.1', 'fe80::1', 'fe80::1%eth0', 'fec0::1'],
  'shared by carriers': ['100.64.0.1', '100.127.255.255'],
  metadata: ['169.254.169.254', 'fd00:ec2::254', '100.100.100.200', '192.0.0.192', '168.63.129.16', 'fd20:ce::254'],
  multicast: ['224.0.0.1', '239.255.255.255', 'ff02::1'],
  reserved: ['192.0.2.1', '198.18.0.1', '198.51.100.1', '203.0.113.1', '240.0.0.1', '255.255.255.255', '2001:db8::1'],
  'outside of what is given out': ['100::1', '4000::1', '5f00::1', '3fff::1'],
  'a private one mapped into IPv6': ['::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:10.0.0.1', '::ffff:169.254.169.254'],
  'IPv4-compatible': ['::127.0.0.1', '::7f00:1', '::a00:1', '::808:808'],
  '6to4': ['2002:7f00:1::', '2002:a00:1::1', '2002:a9fe:a9fe::'],
  'a private one behind NAT64': ['64:ff9b::127.0.0.1', '64:ff9b::a00:1', '64:ff9b::a9fe:a9fe', '64:ff9b:1::808:808'],
  translated: ['::ffff:0:127.0.0.1', '::ffff:0:a00:1'],
  Teredo: ['2001:0:4136:e378:8000:63bf:3fff:fdd2', '2001::1'],
  ISATAP: ['2600:1::5efe:a00:1', '2600:1::200:5efe:7f00:1'],
  'no address at all': ['', 'localhost', '2130706433', '0x7f000001', '0177.0.0.1', '127.1', '10.0.0.0/8', '[::1]'],
};

describe('The addresses that may be called on a tenant’s word', () => {
  test('are those of the public internet', () => {
    for (const ip of ['8.8.8.8', '1.1.1.1', '172.15.0.1', '172.32.0.1', '100.63.0.1', '2606:4700::1', '2a00:1450::1'])
      assert.equal(may(ip), true, ip);
    for (const ip of ['::ffff:8.8.8.8', '64:ff9b::8.8.8.8']) assert.equal(may(ip), true, ip);
  });

  for (const [kind, addresses] of Object.entries(FORBIDDEN)) {
    test(`are not ${kind}`, () => {
      for (const ip of addresses) assert.equal(may(ip), false, ip);
    });
  }

  test('are also those that the operator names, by address, network, name and port', () => {
    assert.equal(may('127.0.0.1', { allow: ['127.0.0.1'] }), true);
    assert.equal(may('127.0.0.2', { allow: ['127.0.0.1'] }), false);
    assert.equal(may('10.2.3.4', { allow: ['10.0.0.0/8'] }), true);
    assert.equal(may('::ffff:10.2.3.4', { allow: ['10.0.0.0/8'] }), true);
    assert.equal(may('fd00::1', { allow: ['10.0.0.0/8', 'fd00::/8'] }), true);
    assert.equal(may('127.0.0.1', { allow: ['127.0.0.1:8443'], port: 8443 }), true);
    assert.equal(may('127.0.0.1', { allow: ['127.0.0.1:8443'] }), false);
    assert.equal(may('::1', { allow: ['[::1]:8443'], port: 8443 }), true);
    const named = (host: string) => isAllowedAddress('10.0.0.1', { host, port: 443 }, policy(['hooks.internal']));
    assert.equal(named('hooks.internal'), true);
    assert.equal(named('HOOKS.internal.'), true);
    assert.equal(named('other.internal'), false);
  });

  test('are never our own ports, unless the operator names the very port', () => {
    const here = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
    for (const ip of ['127.0.0.1', '::1', ...here.map(({ address }) => address)]) {
      const target = { host: ip, port: 1935 };
      const everything = ['0.0.0.0/0', '::/0'];
      assert.equal(isAllowedAddress(ip, target, policy(everything, [8080, 1935])), false, ip);
      assert.equal(isAllowedAddress(ip, target, policy(everything, [8080])), true, ip);
      const written = ip.includes(':') ? `[${ip}]` : ip;
      assert.equal(isAllowedAddress(ip, target, policy([`${written}:1935`], [8080, 1935])), true, ip);
    }
    const us = { host: 'Live.example.test', port: 1935 };
    assert.equal(isAllowedAddress('8.8.8.8', us, policy([], [1935], ['live.example.test'])), false);
    assert.equal(isAllowedAddress('8.8.8.8', { ...us, port: 443 }, policy([], [1935], ['live.example.test'])), true);
  });

  test('are ours where the URLs say that we are', () => {
    const urls = ['http://127.0.0.1:8080', 'rtmp://live.example.test', null, 'https://live.example.test/', undefined];
    assert.deepEqual(ownAt(urls), { hosts: ['127.0.0.1', 'live.example.test'], ports: [8080, 1935, 443] });
  });

  test('are what the operator wrote: a misspelt entry stops the start', () => {
    for (const entry of [
      '10.0.0.0/8',
      '::1',
      '[::1]:1',
      'hooks.internal',
      'hooks.internal:8443',
      '127.0.0.1:80',
      'db_1',
    ])
      assert.notEqual(readAllowed(entry), null, entry);
    for (const entry of [
      '10.0.0.0/33',
      '127.1',
      '0x7f.1',
      '2130706433',
      'a b',
      '',
      ':80',
      'x:0',
      'x:70000',
      'http://x',
      '*',
    ])
      assert.equal(readAllowed(entry), null, entry);
    const read = (text: string) => readConfig({ LOCKKEEPER_ALLOW_PRIVATE: text }).config.allowPrivate;
    assert.deepEqual(read(''), []);
    assert.deepEqual(read('127.0.0.1, hooks.internal:8443'), ['127.0.0.1', 'hooks.internal:8443']);
    assert.throws(() => read('10.0.0.0/8,127.1'), /LOCKKEEPER_ALLOW_PRIVATE.*"127\.1"/);
  });
});

describe('A host that is called', () => {
  const forbidden = { name: 'EgressError', refusal: 'forbidden' };
  let names: NameServer;
  before(async () => {
    names = await nameServer();
    names.zone = {
      'both.example.test': [['8.8.8.8', '2606:4700::1']],
      'loopback.example.test': [['8.8.8.8', '127.0.0.1']],
      'mapped.example.test': [['8.8.8.8', '::ffff:10.0.0.1']],
      'empty.example.test': [[]],
    };
  });
  after(() => names[Symbol.dispose]());
  const ask = (host: string) => allowedAddresses({ host, port: 443 }, policy());

  test('has nothing but addresses that may be called', async () => {
    assert.deepEqual(await ask('both.example.test'), [
      { address: '8.8.8.8', family: 4 },
      { address: '2606:4700::1', family: 6 },
    ]);
    await assert.rejects(ask('loopback.example.test'), forbidden);
    await assert.rejects(ask('mapped.example.test'), forbidden);
  });

  test('is refused when it has none', async () => {
    await assert.rejects(ask('empty.example.test'), { refusal: 'unresolved' });
    await assert.rejects(ask('unknown.example.test'), { refusal: 'unresolved' });
  });

  test('is refused soon when its name server keeps silent', async () => {
    names.silent = true;
    const start = performance.now();
    await assert.rejects(ask('both.example.test'), { refusal: 'unresolved' });
    const took = performance.now() - start;
    assert.ok(took > 1_500 && took < 4_000, `${took} ms`);
    names.silent = false;
  });

  test('may go unencrypted only to what the operator names', async () => {
    const plain = (host: string, allow: string[]) =>
      allowedAddresses({ host, port: 80, namedOnly: true }, { ...policy(), allow });
    await assert.rejects(plain('both.example.test', []), forbidden);
    await assert.rejects(plain('both.example.test', ['8.8.8.8']), forbidden);
    assert.equal((await plain('both.example.test', ['8.8.8.8', '2606:4700::/32'])).length, 2);
  });

  test('is checked when it is an address already, in whatever brackets and notation a URL takes', async () => {
    for (const text of ['127.0.0.1', '2130706433', '0x7f.1', '0177.0.0.1', '127.1', '[::1]', '[::ffff:127.0.0.1]']) {
      const host = new URL(`https://${text}/`).hostname;
      await assert.rejects(ask(host), forbidden, text);
    }
    assert.deepEqual(await allowedAddresses({ host: '8.8.8.8', port: 443 }, policy()), [
      { address: '8.8.8.8', family: 4 },
    ]);
  });

  test('named localhost is not called either', async () => {
    for (const host of ['localhost', 'LOCALHOST', 'localhost.'])
      await assert.rejects(allowedAddresses({ host, port: 443 }, policy()), forbidden, host);
  });

  test('is connected to at the address that was checked, wherever its name points by then', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    const { port } = await new Promise<AddressInfo>((resolve) =>
      server.once('listening', () => resolve(server.address() as AddressInfo)),
    );
    const lookup = pinned([{ address: '127.0.0.1', family: 4 }]);
    const socket = connect({ host: 'name.that.does.not.exist.invalid', port, lookup });
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    assert.equal(socket.remoteAddress, '127.0.0.1');
    socket.destroy();
    server.close();
  });
});
