/** What a client was told: every answer of 200, with what must therefore be in the database for good. */
export interface Told {
  action: 'createUser' | 'createStream' | 'setStreamTags' | 'createTag' | 'createToken' | 'lockStream' | 'deleteStream';
  /** The id of the user, stream or token; the name of the tag. */
  subject: string;
  tags?: readonly string[];
}

export type Send = (method: string, path: string, body?: unknown) => Promise<unknown>;

/** The changes of one client, in turn. Each resolves with what was told, or rejects when there was no answer of 200. */
export function* changes(send: Send, name: string): Generator<() => Promise<Told>> {
  // biome-ignore lint/suspicious/noExplicitAny: an answer's shape is what the tests are about
  const ask = send as (...args: Parameters<Send>) => Promise<any>;
  for (let n = 0; ; n++) {
    // A creation that was cut off leaves its client without the id of what it may have made.
    const state: { user: string | null; stream: string | null } = { user: null, stream: null };
    const own = `${name}-${n}`;
    const tags = [`${own}-a`, 'common', `${own}-b`].sort();
    yield async () => {
      const { id } = await ask('POST', '/stream', { tags });
      state.stream = id;
      return { action: 'createStream', subject: id, tags };
    };
    yield async () => {
      const body = { email: `${own}@example.org`, permission: 'nanoUser' };
      state.user = (await ask('POST', '/user', body)).id;
      return { action: 'createUser', subject: state.user! };
    };
    yield async () => {
      await ask('POST', '/tag', { name: own });
      return { action: 'createTag', subject: own };
    };
    const { user, stream } = state;
    if (stream !== null) {
      yield async () => {
        await ask('PUT', `/stream/${stream}/tag`, { tags: [own] });
        return { action: 'setStreamTags', subject: stream, tags: [own] };
      };
      const [method, path, action] =
        n % 2 === 0
          ? (['PUT', `/stream/${stream}/lock`, 'lockStream'] as const)
          : (['DELETE', `/stream/${stream}`, 'deleteStream'] as const);
      yield async () => {
        await ask(method, path);
        return { action, subject: stream };
      };
    }
    if (user !== null)
      yield async () => {
        const { data } = await ask('POST', '/bintu/token', { userId: user, name: own });
        return { action: 'createToken', subject: data.id };
      };
  }
}
