import type { UserTable } from '../store/schema.ts';
import type { Observations } from './observations.ts';

type Someone = Pick<UserTable, 'id' | 'organisation_id' | 'role'>;

/**
 * Notes that somebody is nanoAdmin who was not; `before` is the role until then, where there was one. Call after the
 * commit, and not for the one with whom an organisation begins.
 */
export function noteNewAdmin(observations: Observations, user: Someone, before: string | null = null): void {
  if (user.role !== 'nanoAdmin' || before === 'nanoAdmin') return;
  const { id: subject, organisation_id: organisation } = user;
  observations.note({ code: 91005, organisation, subject, at: Date.now(), detail: {} });
}
