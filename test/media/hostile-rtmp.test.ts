import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { PROTOCOL_ATTACKS } from './attacks.ts';
import { CROWD_ATTACKS } from './crowd-attacks.ts';
import { DOOR_ATTACKS } from './door-attacks.ts';
import { Rig } from './rig.ts';
import { memory, Witness } from './witness.ts';

/**
 * The engine in a process of its own, attacked in every way we know. After each attack: it lives, another stream's
 * viewer missed nothing, and memory and descriptors are back where they were. Times are shorter than in production so
 * that the patient attacks do not take long; sizes and counts are the real ones.
 */
describe('the media port survives', { timeout: 140_000 }, () => {
  let rig: Rig;
  let witness: Witness;
  const allow: Rig['decide'] = ({ name }) => ({ allow: true, stream: name, epoch: 0 });

  before(async () => {
    rig = await Rig.asChild({ verdictMs: 1_000, limits: { handshakeMs: 1_500, enterMs: 1_500, idleMs: 3_000 } });
    witness = await Witness.of(rig);
  });

  after(async () => {
    await witness?.[Symbol.asyncDispose]();
    await rig?.[Symbol.asyncDispose]();
  });

  for (const [name, attack] of Object.entries({ ...PROTOCOL_ATTACKS, ...CROWD_ATTACKS, ...DOOR_ATTACKS })) {
    test(name, async () => {
      rig.decide = allow;
      await attack(rig);
      await witness.check();
    });
  }

  test('the hungriest of them again and again, without taking more memory each time', async () => {
    const hungry = PROTOCOL_ATTACKS['unfinished messages that do arrive']!;
    for (let i = 0; i < 4; i++) await hungry(rig);
    const settled = memory(rig.pid);
    for (let i = 0; i < 10; i++) await hungry(rig);
    await witness.check();
    const grown = (memory(rig.pid) - settled) >> 20;
    // Each round sends more than 8 MB; what is not freed would come to over 80.
    assert.ok(grown < 60, `${grown} MB more`);
  });
});
