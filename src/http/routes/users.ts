import { Type } from 'typebox';
import { noteNewAdmin } from '../../alerts/new-admin.ts';
import { ApiError } from '../../errors.ts';
import { passwordUrl } from '../../people/notices.ts';
import { checkNewPassword, hashPassword } from '../../people/passwords.ts';
import { newTicket, ticketHash } from '../../people/tickets.ts';
import { claimKey, isWaiting } from '../../store/address.ts';
import { holdRole } from '../../store/role.ts';
import { change } from '../../store/scope.ts';
import { insertPasswordTicket } from '../../store/token.ts';
import {
  deleteUser,
  findUser,
  holdUser,
  insertUser,
  isOnlyUser,
  keepAnAdmin,
  renewedTokenKey,
  updateUser,
} from '../../store/user.ts';
import { listUsers, pageUsers, USER_ORDERS, type UserOrder } from '../../store/user-list.ts';
import { type Route, route } from '../route.ts';
import { Email, Id, iso, OneOf, Password, RoleName, Text, Time, UserRefFields } from '../schemas.ts';
import { PAGING, pageHeaders, QUANTITY } from './paging.ts';
import { mayGrant, User, UserName, userRef, viewUser, viewUsers } from './user-view.ts';

const tag = 'Users';
const TICKET_MS = 7 * 24 * 3_600_000;

const ListQuery = Type.Object({
  ...PAGING,
  role: Type.Optional(RoleName),
  search: Type.Optional(Text(254, { min: 0, description: 'Part of the e-mail address or the name, in any case' })),
  sort: Type.Optional(OneOf(USER_ORDERS.flatMap((order) => [order, `-${order}`] as const))),
});

/** Unknown parameters ask for nothing. */
const PAGED_BY = Object.keys(ListQuery.properties) as (keyof typeof ListQuery.properties)[];

const list = route({
  method: 'GET',
  path: '/user',
  name: 'listUsers',
  tag,
  summary: 'Who belongs to the organisation, and in which role: all, or page by page where a parameter is given',
  access: { capability: 'user:read' },
  shows: ['user:reset-tokens'],
  schema: { query: ListQuery, response: Type.Array(User) },
  async handler(call) {
    const { scope, query, services, setHeader } = call;
    const { quantity = QUANTITY, cursor, role, search, sort = 'createdAt' } = query;
    if (!PAGED_BY.some((name) => query[name] !== undefined)) return viewUsers(call, await listUsers(scope), true);
    // Who was seen a moment ago is shown as such, and has to stand there too.
    if (sort.endsWith('lastSeenAt')) await services.usage.flush();
    const descending = sort.startsWith('-');
    const order = sort.slice(descending ? 1 : 0) as UserOrder;
    const page = await pageUsers(scope, {
      quantity,
      order,
      descending,
      ...(cursor && { cursor }),
      ...(role && { role }),
      ...(search && { search }),
    });
    pageHeaders(setHeader, page);
    return viewUsers(call, page.rows, false);
  },
});

const get = route({
  method: 'GET',
  path: '/user/:id',
  name: 'getUser',
  tag,
  summary: 'One user',
  access: { capability: 'user:read' },
  shows: ['user:reset-tokens'],
  schema: { params: Type.Object({ id: Id }), response: User },
  async handler(call) {
    const [user] = await viewUsers(call, [await findUser(call.scope, call.params)], false);
    return user!;
  },
});

const create = route({
  method: 'POST',
  path: '/user',
  name: 'createUser',
  tag,
  summary: 'Create a user; without a password the answer carries a single-use link to set one',
  access: { capability: 'user:create' },
  schema: {
    body: Type.Object({
      email: Email,
      permission: RoleName,
      password: Type.Optional(Password),
      name: Type.Optional(UserName),
    }),
    response: Type.Object({
      ...User.properties,
      setPasswordUrl: Type.Optional(Type.String({ description: 'Valid once, for seven days; shown only here' })),
      setPasswordUrlExpiresAt: Type.Optional(Time),
    }),
  },
  async handler({ scope, body, caller, services }) {
    const { email, permission, password, name = null } = body;
    if (password !== undefined) checkNewPassword(password);
    const passwordHash = password === undefined ? null : await hashPassword(password);
    const ticket = newTicket();
    const { user, at, isFirst } = await change(scope, async (tx) => {
      mayGrant(tx.principal, await holdRole(tx, tx.organisation, permission));
      const user = await insertUser(
        tx,
        { organisation: tx.organisation, email, name, role: permission, passwordHash },
        tx.at,
      );
      const tickets = { userId: user.id, ticketHash: ticketHash(ticket), expiresAt: tx.at + TICKET_MS };
      if (password === undefined) await insertPasswordTicket(tx, tickets, tx.at);
      const detail = { email: user.email, permission };
      const isFirst = await isOnlyUser(tx, user);
      return { result: { user, at: tx.at, isFirst }, target: { type: 'user', id: user.id }, detail };
    });
    const link =
      password === undefined ? { url: passwordUrl(services.urls().http, ticket), expiresAt: at + TICKET_MS } : null;
    if (!isFirst) noteNewAdmin(services.observations, user);
    services.notices.addressed(user, link);
    return {
      ...viewUser(user, caller),
      ...(link && { setPasswordUrl: link.url, setPasswordUrlExpiresAt: iso(link.expiresAt) }),
    };
  },
});

const edit = route({
  method: 'PUT',
  path: '/user',
  name: 'editUser',
  tag,
  summary: 'Change a user’s name or e-mail address',
  access: { capability: 'user:edit' },
  schema: {
    body: Type.Object({ id: Id, email: Type.Optional(Email), name: Type.Optional(UserName) }),
    response: User,
  },
  async handler({ scope, body, caller, services }) {
    const after = await change(scope, async (tx) => {
      const user = await holdUser(tx, { id: body.id });
      const { email = user.email, name = user.name } = body;
      // Whoever has the address sets the password: this is as good as giving its owner's role away. So is another
      // spelling of it, which a mail server may take for another mailbox.
      if (email.trim() !== user.email) mayGrant(tx.principal, await holdRole(tx, tx.organisation, user.role));
      const email_key = await claimKey(tx, { organisation: tx.organisation, email, userId: user.id });
      if (isWaiting({ email_key }) && !isWaiting(user)) await keepAnAdmin(tx, user);
      const after = await updateUser(tx, user.id, { email: email.trim(), email_key, name });
      const detail = { from: user.email, to: after.email, nameChanged: user.name !== after.name };
      return { result: after, target: { type: 'user', id: user.id }, detail };
    });
    if (body.email !== undefined) services.notices.addressed(after, null);
    return viewUser(after, caller);
  },
});

const remove = route({
  method: 'DELETE',
  path: '/user/:id',
  name: 'deleteUser',
  tag,
  summary: 'Delete a user; all of the user’s tokens die',
  access: { capability: 'user:delete' },
  schema: {
    params: Type.Object({ id: Id }),
    response: Type.Object({ id: Type.String(), deleted: Type.Literal(true) }),
  },
  handler: ({ scope, params, caller }) =>
    change(scope, async (tx) => {
      const user = await holdUser(tx, params);
      if (caller.kind === 'user' && user.id === caller.id) throw new ApiError('conflict', { reason: 'self-delete' });
      await keepAnAdmin(tx, user);
      await deleteUser(tx, user.id);
      const detail = { email: user.email, permission: user.role };
      return { result: { id: user.id, deleted: true as const }, target: { type: 'user', id: user.id }, detail };
    }),
});

const setPermission = route({
  method: 'PUT',
  path: '/user/permission',
  name: 'setUserPermission',
  tag,
  summary: 'Give a user a role; all of the user’s tokens die at once, also when the role stays the same',
  access: { capability: 'user:edit' },
  schema: { body: Type.Object({ ...UserRefFields, permission: RoleName }), response: User },
  async handler({ scope, body, caller, services }) {
    const { before, after } = await change(scope, async (tx) => {
      const user = await holdUser(tx, userRef(body));
      mayGrant(tx.principal, await holdRole(tx, tx.organisation, body.permission));
      if (body.permission !== user.role) await keepAnAdmin(tx, user);
      const after = await updateUser(tx, user.id, { role: body.permission, ...renewedTokenKey() });
      const detail = { email: user.email, from: user.role, to: after.role };
      return { result: { before: user.role, after }, target: { type: 'user', id: user.id }, detail };
    });
    noteNewAdmin(services.observations, after, before);
    return viewUser(after, caller);
  },
});

const renewTokenKey = route({
  method: 'PUT',
  path: '/user/tokenkey',
  name: 'renewTokenKey',
  tag,
  summary: 'Renew a user’s tokenKey; all of the user’s tokens die at once',
  access: { capability: 'user:reset-tokens' },
  schema: { body: Type.Object(UserRefFields), response: User },
  handler: ({ scope, body, caller }) =>
    change(scope, async (tx) => {
      const user = await holdUser(tx, userRef(body));
      const after = await updateUser(tx, user.id, renewedTokenKey());
      return { result: viewUser(after, caller), target: { type: 'user', id: user.id }, detail: { email: user.email } };
    }),
});

export const users: readonly Route[] = [list, get, create, edit, remove, setPermission, renewTokenKey];
