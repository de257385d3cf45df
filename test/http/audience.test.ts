import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ConfigError } from '../../src/config.ts';
import { audienceOf } from '../../src/metrics/audience.ts';
import { openGeoIp } from '../../src/metrics/geoip.ts';
import { start } from '../harness.ts';
import { ok } from './helpers.ts';
import { mmdbOf } from './mmdb.ts';

const NOBODY = { ip: '192.0.2.1', userAgent: null, origin: null, referrer: null };
const nowhere = openGeoIp(null);

describe('a viewer is counted under few words', () => {
  const agents: [userAgent: string | null, agent: string][] = [
    ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36', 'Chrome'],
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:127.0) Gecko/20100101 Firefox/127.0', 'Firefox'],
    ['VLC/3.0.18 LibVLC/3.0.18', 'VLC'],
    ['Lavf/58.29.100', 'Lavf'],
    ['LNX 9,0,124,2', 'LNX'],
    ['FMLE/3.0 (compatible; FMSc/1.0)', 'FMLE'],
    ['curl/8.9.1', 'curl'],
    ['user4711/1.0', ''],
    ['anna berg reads this/1.0 x', ''],
    ['anna.berg@example.test/1.0', ''],
    ['x'.repeat(5_000), ''],
    ['', ''],
    [null, ''],
  ];
  for (const [userAgent, agent] of agents) {
    test(`“${userAgent?.slice(0, 40)}” is ${agent || 'nothing we know'}`, () => {
      assert.equal(audienceOf({ ...NOBODY, userAgent }, nowhere).agent, agent);
    });
  }

  const pages: [referrer: string | null, origin: string | null, host: string][] = [
    ['https://News.Example.test:8443/live?session=secret#top', null, 'news.example.test'],
    [null, 'https://player.example.test', 'player.example.test'],
    ['https://page.example.test/', 'https://player.example.test', 'page.example.test'],
    ['file:///home/anna/player.html', 'null', ''],
    ['no address', null, ''],
    [`https://${'long.'.repeat(30)}example.test/`, null, ''],
    [null, null, ''],
  ];
  for (const [referrer, origin, host] of pages) {
    test(`a page at ${referrer?.slice(0, 60)} from ${origin} is ${host || 'none'}`, () => {
      assert.equal(audienceOf({ ...NOBODY, referrer, origin }, nowhere).referrer, host);
    });
  }
});

describe('with a file of the operator’s, viewers are counted by country', () => {
  let folder: string;
  let file: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-geoip-'));
    file = path.join(folder, 'countries.mmdb');
    await writeFile(
      file,
      mmdbOf({ '198.51.100.0/24': 'CH', '2001:db8:1::/48': 'NZ', '203.0.113.7/32': 'not a country' }),
    );
  });
  after(() => rm(folder, { recursive: true, force: true }));

  test('an address in a network of the file has its country, any other has none', () => {
    const geoip = openGeoIp(file);
    const countryOf = (ip: string) => audienceOf({ ...NOBODY, ip }, geoip).country;
    assert.deepEqual(['198.51.100.200', '2001:db8:1::5'].map(countryOf), ['CH', 'NZ']);
    const unknown = ['198.51.101.1', '2001:db8:2::5', '127.0.0.1', '203.0.113.7', 'no address'];
    assert.deepEqual(unknown.map(countryOf), ['', '', '', '', '']);
    assert.equal(audienceOf({ ...NOBODY, ip: '198.51.100.200' }, nowhere).country, '');
  });

  test('the list of countries is there', async () => {
    await using running = await start({ env: { LOCKKEEPER_GEOIP: file } });
    const { observer } = await running.tenant();
    const answer = ok(await running.call('GET', '/organisation/top?of=countries', { token: observer.token }));
    assert.deepEqual([answer.of, answer.rows], ['countries', []]);
  });

  test('a file that is missing or is something else is named when the server would start', async () => {
    const isNamed = (error: unknown) => error instanceof ConfigError && /^LOCKKEEPER_GEOIP /.test(error.message);
    assert.throws(() => openGeoIp(path.join(folder, 'missing.mmdb')), isNamed);
    assert.throws(() => openGeoIp(folder), isNamed);
    const other = path.join(folder, 'other.mmdb');
    await writeFile(other, 'a text');
    assert.throws(() => openGeoIp(other), isNamed);
    await writeFile(other, mmdbOf({ '198.51.100.0/24': 'CH' }).subarray(0, 300));
    assert.throws(() => openGeoIp(other), isNamed);
  });
});
