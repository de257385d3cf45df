import { useQuery } from '@tanstack/react-query';
import { type Answer, api } from '../../api.ts';

export type OwnOrganisation = Answer<'/organisation', 'get'>;

const read = () => api.get('/organisation');

export const useOrganisation = () => useQuery({ queryKey: ['organisation'], queryFn: read });

/** The same under the noun that says when a key was changed. */
export const useKeys = () => useQuery({ queryKey: ['key', 'shown'], queryFn: read });
