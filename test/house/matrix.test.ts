import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CAPABILITIES, capability, has, rightsOf, within } from '../../src/capabilities.ts';
import { actionsOf, findRole, ROLES, rightsOfRole, rolesWith } from '../../src/roles.ts';
import { DOCUMENTED, HOLDERS, OURS, ROLE_OF, rolesHolding, WIRE } from './table.ts';

const inCode = new Map(CAPABILITIES.map((entry) => [entry.id as string, entry]));
const documentedRows = DOCUMENTED.flatMap(({ title: group, rows }) => rows.map((row) => ({ group, row })));

describe('the matrix equals the documents', () => {
  test('every documented capability is in the code with the documented title, group, order and holders', () => {
    const expected = documentedRows.map(({ group, row: [id, title, letters] }) => ({ group, id, title, letters }));
    assert.equal(expected.length, 22);
    const found = CAPABILITIES.filter(({ documented }) => documented);
    assert.deepEqual(
      found.map(({ group, id, title, grants }) => ({ group, id, title, letters: grants })),
      expected,
    );
  });

  test('every capability in the code is in the written table: nothing was granted that nobody wrote down', () => {
    const found = Object.fromEntries([...inCode].map(([id, { grants }]) => [id, grants === '-' ? '' : grants]));
    assert.deepEqual(found, HOLDERS);
    assert.equal(inCode.size, 22 + Object.keys(OURS).length + Object.keys(WIRE).length);
  });

  test('each role holds exactly its column: nothing more, nothing less', () => {
    for (const [letter, name] of Object.entries(ROLE_OF)) {
      const column = Object.keys(HOLDERS).filter((id) => HOLDERS[id]?.includes(letter));
      assert.deepEqual([...findRole(name)!.capabilities].sort(), column.sort(), name);
      for (const entry of CAPABILITIES) {
        assert.equal(has(rightsOfRole(name), entry), column.includes(entry.id), `${name} ${entry.id}`);
      }
    }
  });

  test('a refusal names exactly the roles of the written table', () => {
    for (const { id } of CAPABILITIES) assert.deepEqual(rolesWith(id), rolesHolding(id), id);
  });

  test('every capability has a sentence that completes "You may not …"', () => {
    for (const { id, sentence } of CAPABILITIES) assert.match(sentence, /^[a-z][^.]*[a-zA-Z]$/, id);
  });
});

describe('what the documents say of the roles in words', () => {
  test('the roles rank: an observer holds nothing an operator lacks, an operator nothing an administrator lacks', () => {
    assert.ok(within(rightsOfRole('nanoReadOnly'), rightsOfRole('nanoUser')));
    assert.ok(within(rightsOfRole('nanoUser'), rightsOfRole('nanoAdmin')));
    assert.equal(within(rightsOfRole('nanoUser'), rightsOfRole('nanoReadOnly')), false);
    assert.equal(within(rightsOfRole('nanoAdmin'), rightsOfRole('nanoUser')), false);
  });

  test('nothing that interrupts a live stream or changes a critical setting is an operator’s', () => {
    const critical = ['stream:stop', 'stream:lock', 'stream:unlock', 'stream:delete', 'tag:delete', 'webhook:set'];
    const settings = ['organisation:edit', 'apikey:read', 'apikey:rotate', 'role:manage', 'token:create', 'user:edit'];
    for (const id of [...critical, ...settings]) assert.deepEqual(rolesHolding(id), ['nanoAdmin'], id);
  });

  test('an observer changes nothing: every capability of the role only reads, but for tokens of one’s own', () => {
    const changing = findRole('nanoReadOnly')!.capabilities.filter((id) => !/:(read|read-public)$/.test(id));
    assert.deepEqual(changing, ['token:own']);
  });

  test('no role moves media: publishing and playing belong to the names of a stream', () => {
    for (const { name, rights } of ROLES) {
      for (const id of ['media:publish', 'media:play'] as const) assert.equal(has(rights, capability(id)), false, name);
    }
    assert.ok(has(rightsOf(['media:publish']), capability('media:publish')));
  });

  test('the three roles carry the documented names, access levels and audiences', () => {
    const operating = ['bintu', 'metrics', 'guardian', 'splay', 'secure-conference'];
    assert.deepEqual(
      ROLES.map(({ name, accessLevel, audiences }) => ({ name, accessLevel, audiences: [...audiences] })),
      [
        { name: 'nanoAdmin', accessLevel: 'Highest', audiences: operating },
        { name: 'nanoUser', accessLevel: 'High', audiences: operating },
        { name: 'nanoReadOnly', accessLevel: 'Low', audiences: ['bintu', 'metrics'] },
      ],
    );
  });
});

describe('the action names of a role’s profile', () => {
  const DOCUMENTED_ACTIONS: Record<string, Record<string, string>> = {
    InviteToken: { create: 'A', list: 'A' },
    MetricKey: { get: 'AUR' },
    Organisation: { get: 'AUR', setVod: 'A', setWebhook: 'A' },
    Stream: {
      getStreamListCount: 'AUR',
      getAllStreamStatesCount: 'AUR',
      validateStream: 'AUR',
      getStreams: 'AUR',
      createStream: 'AU',
      getStreamgroups: 'AUR',
      getStreamgroupsCount: 'AUR',
    },
    StreamWithId: { getStream: 'AUR', getStreamGroup: 'AUR' },
    Tag: { getTags: 'AUR', getRecentlyUsedTags: 'AUR' },
  };

  for (const [letter, name] of Object.entries(ROLE_OF)) {
    test(`${name} has the documented actions it should, and none of those it should not`, () => {
      const actions = actionsOf(findRole(name)!.capabilities);
      for (const [resource, rows] of Object.entries(DOCUMENTED_ACTIONS)) {
        for (const [action, holders] of Object.entries(rows)) {
          const listed = actions[resource]?.includes(action) ?? false;
          assert.equal(listed, holders.includes(letter), `${resource}.${action}`);
        }
      }
    });
  }

  test('no action name is given twice', () => {
    for (const [resource, names] of Object.entries(actionsOf(CAPABILITIES.map(({ id }) => id)))) {
      assert.equal(new Set(names).size, names.length, resource);
    }
  });
});
