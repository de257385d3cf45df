import type { Parameter, Reader } from './store.ts';

export type BuildQuery<P> = (
  db: Reader,
  parameter: Parameter<P>,
) => { compile(): { sql: string; parameters: readonly unknown[] } };

/** SQL text and what puts a call's values in their places. */
export interface CompiledTemplate<P> {
  readonly sql: string;
  bind(parameters: P): unknown[];
}

/** Stands in a compiled query where a call's value goes. Kysely passes it through as it would any value. */
const SLOT = Symbol('slot');
const nameOf = (value: unknown): string | null =>
  typeof value === 'object' && value !== null && SLOT in value ? String(value[SLOT]) : null;

/**
 * Runs Kysely once and keeps the text. A slot is one value: a list (`in`) cannot be one, because its length is part of
 * the text.
 */
export function compileTemplate<P extends object>(db: Reader, build: BuildQuery<P>): CompiledTemplate<P> {
  const parameter = (name: PropertyKey) => ({ [SLOT]: name });
  const { sql, parameters } = build(db, parameter as unknown as Parameter<P>).compile();
  const names = parameters.map(nameOf);
  return {
    sql,
    bind(given) {
      const values = new Array<unknown>(names.length);
      for (let index = 0; index < names.length; index++) {
        const name = names[index];
        const value = typeof name === 'string' ? given[name as keyof P] : parameters[index];
        if (value === undefined) throw new TypeError(`Parameter ${name} of a prepared query is missing`);
        values[index] = value;
      }
      return values;
    },
  };
}
