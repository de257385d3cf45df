import { useQuery } from '@tanstack/react-query';
import { type Answer, api } from '../../api.ts';
import { useChange } from '../../changes.ts';

export type Receivers = Answer<'/alert/receivers', 'get'>;
export type Tested = Answer<'/alert/receivers/test', 'post'>;

const NOUN = 'alert-receivers';

export const useReceivers = () => useQuery({ queryKey: [NOUN], queryFn: () => api.get('/alert/receivers') });

interface Change {
  emails?: string[];
  webhook?: string | null;
  severity?: Receivers['severity'];
  rotateSecret?: boolean;
}

interface Setting<Input> {
  /** What becomes another. */
  change(input: Input): Change;
  done(input: Input): string;
  onDone?: () => void;
}

/** Changes a part of who is told; the rest stays as `now` has it. */
export function useSetReceivers<Input>(now: Receivers, { change, done, onDone }: Setting<Input>) {
  const { emails, webhook, severity } = now;
  return useChange<Input, Receivers>({
    call: (input) => api.put('/alert/receivers', { body: { emails, webhook, severity, ...change(input) } }),
    of: [NOUN],
    done: (_, input) => done(input),
    ...(onDone && { onDone }),
  });
}

export const useTestReceivers = () =>
  useChange<Receivers, Tested>({
    // What was tested: of other receivers it says nothing.
    call: (_receivers) => api.post('/alert/receivers/test'),
    of: [],
  });
