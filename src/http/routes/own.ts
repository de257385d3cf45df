import { Type } from 'typebox';
import { CAPABILITIES, capabilitiesIn, has } from '../../capabilities.ts';
import { ApiError } from '../../errors.ts';
import { checkNewPassword, hashPassword } from '../../people/passwords.ts';
import type { Principal } from '../../principal.ts';
import { rolesWith } from '../../roles.ts';
import { findOrganisation } from '../../store/organisation.ts';
import { expiryOfCredential } from '../../store/own-credential.ts';
import { change, type Scope } from '../../store/scope.ts';
import { revokeSessions, revokeToken } from '../../store/token.ts';
import { findUser, holdUser, setUserPassword } from '../../store/user.ts';
import { type CookieRules, checkOrigin } from '../credential.ts';
import { type Route, route } from '../route.ts';
import { Email, isoOrNull, Nullable, Password, Text } from '../schemas.ts';
import type { Services } from '../services.ts';
import { isForPeople, MissingCapability, viewMissing } from './capability-view.ts';
import { answerSignedIn, SignedInAnswer } from './signed-in.ts';
import { User, viewUser } from './user-view.ts';

const tag = 'Users';
const Credentials = Type.Object({ email: Email, password: Password });

const Me = Type.Object({
  user: Type.Unsafe<ReturnType<typeof viewUser> | null>({ anyOf: [User, { type: 'null' }] }),
  organisation: Type.Object({ id: Type.String(), name: Type.String(), hash: Type.String() }),
  capabilities: Type.Array(Type.String(), { description: 'What this credential may do now' }),
  missing: Type.Array(MissingCapability, { description: 'What it may not do, and which roles may' }),
  credential: Type.Object({
    type: Type.String(),
    id: Type.String(),
    expiresAt: Nullable(Type.String({ description: 'ISO 8601, UTC; null for a key, unless it has its grace' })),
  }),
});

async function describe(scope: Scope, caller: Principal) {
  const { id, name, hash } = await findOrganisation(scope);
  const user = caller.kind === 'user' ? viewUser(await findUser(scope, { id: caller.id }), caller) : null;
  return {
    user,
    organisation: { id, name, hash },
    capabilities: capabilitiesIn(caller.rights),
    missing: CAPABILITIES.filter((entry) => isForPeople(entry) && !has(caller.rights, entry)).map(({ id }) =>
      viewMissing(id),
    ),
    credential: { ...caller.credential, expiresAt: isoOrNull(await expiryOfCredential(scope)) },
  };
}

const me = route({
  method: 'GET',
  path: '/user/me',
  name: 'getOwnUser',
  tag,
  summary: 'Who you are, where, and what you may do',
  access: { capability: 'organisation:read' },
  schema: { response: Me },
  handler: ({ scope, caller }) => describe(scope, caller),
});

const validate = route({
  method: 'POST',
  path: '/user/validate',
  name: 'validateUser',
  tag,
  summary: 'Sign in: a token for an e-mail address and a password',
  access: { public: 'signing in is how a user comes by a token' },
  schema: {
    body: Credentials,
    response: SignedInAnswer,
  },
  async handler({ body, services, origin }) {
    const signedIn = await services.accounts.signIn(body.email, body.password, 'login', origin);
    return answerSignedIn(services, signedIn, 'validateUser', origin);
  },
});

const requestPassword = route({
  method: 'POST',
  path: '/user/password',
  name: 'requestPassword',
  tag,
  summary: 'Ask for a link to set a new password, by mail; the answer is the same for every address',
  access: { public: 'whoever asks does not know the password' },
  schema: { body: Type.Object({ email: Email }), response: Type.Object({ success: Type.Literal(true) }) },
  handler({ body, services, origin }) {
    services.notices.resetAsked(body.email, origin);
    return { success: true as const };
  },
});

const setPassword = route({
  method: 'PUT',
  path: '/user/password',
  name: 'setPassword',
  tag,
  summary: 'Set a password, with the old one or with a single-use ticket',
  access: { public: 'a ticket stands for its user; without one the handler asks for a token of the user' },
  schema: {
    body: Type.Object({
      password: Password,
      oldPassword: Type.Optional(Password),
      resetToken: Type.Optional(Text(200)),
    }),
    response: Type.Object({ success: Type.Literal(true) }),
  },
  async handler({ body, caller, services, origin }) {
    const { password, oldPassword, resetToken } = body;
    if (resetToken !== undefined && oldPassword !== undefined) {
      throw new ApiError('invalid', { reason: 'Send resetToken or oldPassword, not both' });
    }
    if (resetToken !== undefined) {
      await services.accounts.setPasswordByTicket(resetToken, password, origin);
      return { success: true as const };
    }
    if (caller.kind === 'viewer') throw new ApiError('badToken', undefined, { 'WWW-Authenticate': 'Bearer' });
    if (caller.kind !== 'user')
      throw new ApiError('denied', {
        capability: 'token:own',
        role: null,
        grantedTo: rolesWith('token:own'),
        reason: 'A key has no password: use a token of the user',
      });
    if (oldPassword === undefined) throw new ApiError('required', { required_parameter: 'oldPassword' });
    await changeOwnPassword(services.scopeFor(caller, 'token:own', 'setPassword', origin), services, {
      password,
      oldPassword,
    });
    return { success: true as const };
  },
});

async function changeOwnPassword(
  scope: Scope,
  services: Services,
  { password, oldPassword }: { password: string; oldPassword: string },
) {
  const { id, credential } = scope.grant.principal;
  const user = await findUser(scope, { id });
  await services.accounts.checkPassword(user, oldPassword, scope.origin);
  checkNewPassword(password);
  const passwordHash = await hashPassword(password);
  await change(scope, async (tx) => {
    const held = await holdUser(tx, { id });
    if (held.password_hash !== user.password_hash) throw new ApiError('badCredentials');
    await setUserPassword(tx, id, passwordHash, false);
    await revokeSessions(tx, id, credential.id, tx.at);
    return { result: undefined, target: { type: 'user', id }, detail: { by: 'user' } };
  });
}

/** [ours] A cookie that would travel in the clear is not set. */
function cookieName(rules: CookieRules): string {
  if (rules.name !== null) return rules.name;
  throw new ApiError('featureOff', {
    feature: 'session',
    reason:
      'Signing in with a cookie needs https: set LOCKKEEPER_PUBLIC_URL to the https address, or use http on this machine only',
  });
}

const cookie = (name: string, value: string, secure: boolean, seconds: number) =>
  `${name}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${seconds}${secure ? '; Secure' : ''}`;

const startSession = route({
  method: 'POST',
  path: '/session',
  name: 'startSession',
  tag: 'Sessions',
  summary: 'Sign in with a cookie, for browsers; the token never reaches the page',
  access: { public: 'signing in is how a user comes by a session' },
  schema: { body: Credentials, response: Me },
  async handler({ body, headers, services, origin, setHeader }) {
    const rules = services.cookies();
    const name = cookieName(rules);
    if (headers['origin'] !== undefined) checkOrigin('POST', String(headers['origin']), rules);
    const { token, expiresAt } = await services.accounts.signIn(body.email, body.password, 'session', origin);
    setHeader('Set-Cookie', cookie(name, token, rules.secure, Math.floor((expiresAt - Date.now()) / 1_000)));
    const scope = await services.enter(token, 'startSession', origin);
    return describe(scope, scope.grant.principal);
  },
});

const endSession = route({
  method: 'DELETE',
  path: '/session',
  name: 'endSession',
  tag: 'Sessions',
  summary: 'Sign out: the session dies here and now',
  access: { capability: 'token:own' },
  schema: { response: Type.Object({ success: Type.Literal(true) }) },
  async handler({ scope, caller, services, setHeader }) {
    if (caller.credential.type !== 'session')
      throw new ApiError('invalid', { reason: 'There is no session: this call carries a token or a key' });
    const { name, secure } = services.cookies();
    const { id } = caller.credential;
    await change(scope, async (tx) => {
      await revokeToken(tx, id, caller.id);
      return { result: undefined, target: { type: 'token', id } };
    });
    if (name !== null) setHeader('Set-Cookie', cookie(name, '', secure, 0));
    return { success: true as const };
  },
});

export const own: readonly Route[] = [me, validate, requestPassword, setPassword, startSession, endSession];
