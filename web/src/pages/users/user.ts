import type { Answer } from '../../api.ts';

export type User = Answer<'/user/{id}', 'get'>;

/** What can be done to a user from wherever they are shown. */
export type UserAction = 'role' | 'edit' | 'renew' | 'remove';
