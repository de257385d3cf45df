import { Anchor } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api } from '../../api.ts';
import { useMessages } from '../../language.tsx';
import { useCan } from '../../session.tsx';
import { roleWords } from './role-messages.ts';

/** Who made something: a person by their address, or the organisation's key. */
export function Maker({ type, id }: { type: string; id: string }) {
  const words = useMessages(roleWords);
  const enabled = useCan()('user:read') && type === 'user';
  const { data, isError } = useQuery({
    queryKey: ['user', id],
    queryFn: () => api.get('/user/{id}', { params: { path: { id } } }),
    enabled,
  });
  if (type !== 'user') return words.byKey;
  if (isError) return words.byGone;
  return data ? (
    <Anchor component={Link} to={`/users/${id}`} className="breakable" inherit>
      {data.email}
    </Anchor>
  ) : null;
}
