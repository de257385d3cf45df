import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isCommonPassword } from '../../src/people/common-passwords.ts';
import { checkNewPassword } from '../../src/people/passwords.ts';

const COMMON = `
123456789012 1234567890123456 111111111111 121212121212 123123123123 123412341234 987654321098 654321654321 abcdefghijkl
abcd12345678 abc123abc123 aaaaaaaaaaaa password1234 password123456 password1234! passwordpassword passw0rd1234
p@ssw0rd1234 P@$$w0rd1234 mypassword123 qwertyuiop12 qwertyuiopasdf qwerty123456 qwertyqwerty Qwerty123!@# 1q2w3e4r5t6y
1qaz2wsx3edc zaq12wsxcde3 asdfghjkl123 asdasdasdasd iloveyou1234 iloveyou2000 iloveyouforever letmein12345 welcome12345
Welcome@2024 administrator administrator1 Admin@123456 changeme1234 changemechangeme football1234 superman1234
trustno1trustno1 testtesttest Summer2024!! january012024 !!password!! admin_password_1 Charlie12345 lockkeeper2026!
livestream123 correcthorsebatterystaple
`
  .trim()
  .split(/\s+/);

const FINE = [
  'correct horse battery',
  'a quite different sentence',
  'silver dragon',
  'kettle-brown-72-orbit',
  'wine-dark sea 88',
  'Bq7#kd92Lm!x',
  '9k2mxp48qz71',
  'tr0ub4dor&3xyz',
  'x'.repeat(12),
  'ü'.repeat(256),
];

describe('a password that everybody guesses first', () => {
  for (const password of COMMON) {
    test(`${password} is refused, in whichever case`, () => {
      for (const spelt of [password, password.toUpperCase()])
        assert.throws(
          () => checkNewPassword(spelt),
          (error: { userinfo?: { reason?: string } }) => /most common/.test(error.userinfo?.reason ?? ''),
        );
    });
  }

  test('is one of a thousand and more', () => {
    const words = [
      'password',
      'welcome',
      'football',
      'liverpool',
      'sunshine',
      'administrator',
      'qwertyuiop',
      'iloveyou',
    ];
    const ends = Array.from({ length: 100 }, (_, i) => String(1940 + i)).flatMap((year) => [`${year}`, `${year}!`]);
    const forms = words.flatMap((word) => ends.map((end) => word + end)).filter(({ length }) => length >= 12);
    assert.ok(forms.length > 1_000);
    assert.deepEqual(
      forms.filter((form) => !isCommonPassword(form)),
      [],
    );
  });

  test('is told from those that are nobody’s first guess', () => {
    assert.deepEqual(FINE.filter(isCommonPassword), []);
  });

  test('is told quickly, however long a text is', () => {
    const begun = performance.now();
    for (let i = 0; i < 20; i++) isCommonPassword('a1!'.repeat(85));
    assert.ok(performance.now() - begun < 1_000);
  });
});
