import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { ipAllowed, networkOf } from '../../src/addresses.ts';
import { hostPattern } from '../../src/hosts.ts';
import { WIDEST } from '../../src/media/engine.ts';
import { isOn, networksAround, pagesOf, patternsOf, shutOutBy } from '../../src/media/flv/guarding.ts';

const address = fc.oneof(fc.ipV4(), fc.ipV6());
const network = fc
  .tuple(address, fc.nat({ max: 128 }))
  .map(([ip, bits]) => networkOf(`${ip}/${ip.includes(':') ? bits : bits % 33}`)!)
  .filter(({ family, bits }) => bits >= WIDEST[family]);
const host = fc.oneof(
  fc.domain(),
  fc.array(fc.constantFrom('a', 'b', 'www', 'xn--e'), { minLength: 1, maxLength: 7 }).map((labels) => labels.join('.')),
);
const NOTHING = { ip: [], deny: [], allow: [] };

describe('whom a rule is about', () => {
  test('is whoever is inside the network, as the rule of tokens’ addresses says too', () => {
    fc.assert(
      fc.property(network, address, fc.boolean(), ({ text }, other, near) => {
        // An address somewhere else, or the network's own first one.
        const ip = near ? text.split('/')[0]! : other;
        const expected = ipAllowed(ip, [text]);
        assert.equal(networksAround(ip).includes(text), expected, `${ip} in ${text}`);
        assert.equal(shutOutBy({ ...NOTHING, ip: [text] })({ ip, pages: [] }), expected);
      }),
      { numRuns: 400 },
    );
  });

  test('is whoever is on the host or below it, as the rule of playback tokens says too', () => {
    fc.assert(
      fc.property(host, host, fc.boolean(), (one, two, below) => {
        const page = below ? `${two}.${one}` : two;
        for (const written of [one, `*.${one}`]) {
          const pattern = hostPattern(written);
          if (pattern === null) continue;
          const [found] = pagesOf({ origin: `https://${page}`, referrer: null });
          const expected = isOn(pattern, found!);
          assert.equal(patternsOf(found!).includes(pattern), expected, `${page} and ${pattern}`);
          const watcher = { ip: '192.0.2.1', pages: [found!] };
          assert.equal(shutOutBy({ ...NOTHING, deny: [pattern] })(watcher), expected);
          assert.equal(shutOutBy({ ...NOTHING, allow: [pattern] })(watcher), !expected);
        }
      }),
      { numRuns: 400 },
    );
  });

  test('can be said whatever an address or a page looks like', () => {
    const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.webUrl(), address, host, fc.constant('null'));
    const isShutOut = shutOutBy({ ip: ['10.0.0.0/8', '2001:db8::/32'], deny: ['*.evil.test'], allow: ['good.test'] });
    fc.assert(
      fc.property(text, fc.option(text), fc.option(text), (ip, origin, referrer) => {
        const pages = pagesOf({ origin, referrer });
        assert.ok(pages.every((page) => page.length <= 253 && patternsOf(page).length <= 8));
        assert.ok(networksAround(ip).length <= 113);
        // No page of these is the one that is allowed.
        if (!pages.includes('good.test')) assert.equal(isShutOut({ ip, pages }), true);
        networkOf(ip);
        hostPattern(ip);
      }),
      { numRuns: 1_000 },
    );
  });
});
