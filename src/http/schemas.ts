import { type Static, type TSchema, Type } from 'typebox';

/**
 * NUL cannot be stored by PostgreSQL and means nothing anywhere; other control characters only spoil logs; half of a
 * surrogate pair would be stored as another character than was sent.
 */
const PRINTABLE = '^[^\\u0000-\\u001f\\u007f\\ud800-\\udfff]*$';

export const Text = (max: number, options: { min?: number; description?: string } = {}) =>
  Type.String({
    minLength: options.min ?? 1,
    maxLength: max,
    pattern: PRINTABLE,
    ...(options.description && { description: options.description }),
  });

export const Id = Type.String({ minLength: 36, maxLength: 36, pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' });
export const Email = Type.String({
  minLength: 3,
  maxLength: 254,
  pattern: '^[^\\s@\\u0000-\\u001f\\u007f\\ud800-\\udfff]+@[^\\s@\\u0000-\\u001f\\u007f\\ud800-\\udfff]+$',
});
/** Lengths of new passwords are checked by passwords.ts, which says why; here only what bounds the work. */
export const Password = Type.String({ minLength: 1, maxLength: 1_024 });
export const TagName = Text(100);
export const Time = Type.String({ description: 'ISO 8601, UTC' });
export const Seconds = (max: number) => Type.Integer({ minimum: 1, maximum: max, description: 'Seconds' });
/** One of these texts. */
export const OneOf = <const T extends string>(values: readonly T[]) =>
  Type.Unsafe<T>({ type: 'string', enum: [...values] });
/** A role's exact name, predefined or the organisation's own. */
export const RoleName = Text(64, { description: 'nanoAdmin, nanoUser, nanoReadOnly or a role of your own' });
/** The same, or null. Written as a list of types, which serialises faster than a union of schemas. */
export const Nullable = <T extends TSchema & { type: string }>(schema: T) =>
  Type.Unsafe<Static<T> | null>({ ...schema, type: [schema.type, 'null'] });

/** Names a user by id or by e-mail address; the handler asks for exactly one. */
export const UserRefFields = { id: Type.Optional(Id), email: Type.Optional(Email) };

export const iso = (at: number): string => new Date(at).toISOString();
export const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at));
