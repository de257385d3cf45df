import type { Running, Tenant } from '../harness.ts';

export interface Schema {
  type?: string | readonly string[];
  properties?: Readonly<Record<string, Schema>>;
  required?: readonly string[];
  enum?: readonly string[];
  items?: Schema;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
}

export interface Operation {
  /** `PUT /user/permission` */
  name: string;
  method: string;
  path: string;
  inPath: readonly string[];
  inQuery: Readonly<Record<string, Schema>>;
  body: Schema | null;
}

/** True of an operation whose answer has no end. */
export const isEndless = ({ responses }: Pick<Described, 'responses'>): boolean =>
  'text/event-stream' in (responses?.['200']?.content ?? {});

/** Every operation of the server's own API document whose answer has an end. */
export async function operationsOf({ call }: Running): Promise<Operation[]> {
  const { body: document } = await call('GET', '/openapi.json');
  return Object.entries<Record<string, Described>>(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, described]) => !isEndless(described))
      .map(([method, { parameters = [], requestBody }]) => ({
        name: `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase(),
        path,
        inPath: parameters.filter((one) => one.in === 'path').map((one) => one.name),
        inQuery: Object.fromEntries(
          parameters.filter((one) => one.in === 'query').map((one) => [one.name, one.schema]),
        ),
        body: requestBody?.content['application/json']?.schema ?? null,
      })),
  );
}

interface Described {
  responses?: Readonly<Record<string, { content?: Readonly<Record<string, unknown>> }>>;
  parameters?: readonly { in: string; name: string; schema: Schema }[];
  requestBody?: { content: Readonly<Record<string, { schema: Schema }>> };
}

/** Good values for every field, so that one hostile field gets as far as it can. */
export class Samples {
  readonly #ids: { user: string; stream: string; token: string };
  #count = 0;

  private constructor(ids: { user: string; stream: string; token: string }) {
    this.#ids = ids;
  }

  static async make({ call }: Running, { admin, join }: Tenant): Promise<Samples> {
    const target = await join('nanoUser');
    const { body } = await call('POST', '/stream', { token: admin.token, body: { tags: ['hostile'] } });
    return new Samples({ user: target.id, stream: body.id, token: target.tokenId });
  }

  value(path: string, field: string, schema: Schema): unknown {
    const count = ++this.#count;
    if (field === 'id' || field === 'userId')
      return path.startsWith('/stream')
        ? this.#ids.stream
        : path.startsWith('/bintu/token/')
          ? this.#ids.token
          : this.#ids.user;
    if (field === 'email') return `hostile-${count}@example.test`;
    if (schema.enum) return schema.enum.at(-1);
    const type = [schema.type].flat()[0];
    if (type === 'integer') return Math.min(schema.maximum ?? 60, Math.max(schema.minimum ?? 1, 60));
    if (type === 'array') return [];
    if (type === 'boolean') return false;
    return `good value ${count}`;
  }

  /** The path with good values in it, but for one. */
  target({ path, inPath }: Operation, changed: Readonly<Record<string, string>> = {}): string {
    return inPath.reduce((text, field) => {
      const value = changed[field] ?? String(this.value(path, field, {}));
      return text.replace(`{${field}}`, encodeURIComponent(value));
    }, path);
  }

  /** A body with good values in whatever is required or names the target, but for `without`. */
  body({ path, body }: Operation, without = ''): Record<string, unknown> {
    const fields = Object.entries(body?.properties ?? {}).filter(
      ([field]) => body?.required?.includes(field) || ((field === 'id' || field === 'userId') && without !== 'email'),
    );
    return Object.fromEntries(
      fields.filter(([field]) => field !== without).map(([field, schema]) => [field, this.value(path, field, schema)]),
    );
  }
}
