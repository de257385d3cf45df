import { Type } from 'typebox';
import { change } from '../../store/scope.ts';
import { deleteTag, insertTag, listTags, renameTag } from '../../store/tag.ts';
import { type Route, route } from '../route.ts';
import { TagName } from '../schemas.ts';

const tag = 'Tags';
const params = Type.Object({ name: TagName });
const Tag = Type.Object({ name: Type.String(), streams: Type.Integer() });

export const tags: readonly Route[] = [
  route({
    method: 'GET',
    path: '/tag',
    name: 'listTags',
    tag,
    summary: 'Tags, and how many streams have each',
    access: { capability: 'tag:read' },
    schema: { response: Type.Array(Tag) },
    handler: ({ scope }) => listTags(scope),
  }),
  route({
    method: 'POST',
    path: '/tag',
    name: 'createTag',
    tag,
    summary: 'Create a tag',
    access: { capability: 'tag:create' },
    schema: { body: Type.Object({ name: TagName }), response: Tag },
    handler: ({ scope, body: { name } }) =>
      change(scope, async (tx) => {
        const id = await insertTag(tx, name);
        return { result: { name, streams: 0 }, target: { type: 'tag', id }, detail: { name } };
      }),
  }),
  route({
    method: 'PUT',
    path: '/tag/:name',
    name: 'renameTag',
    tag,
    summary: 'Rename a tag, on every stream that has it',
    access: { capability: 'tag:edit' },
    schema: { params, body: Type.Object({ name: TagName }), response: Tag },
    handler: ({ scope, params: { name: from }, body: { name } }) =>
      change(scope, async (tx) => {
        const { id, streams } = await renameTag(tx, from, name);
        return { result: { name, streams }, target: { type: 'tag', id }, detail: { from, to: name } };
      }),
  }),
  route({
    method: 'DELETE',
    path: '/tag/:name',
    name: 'deleteTag',
    tag,
    summary: 'Delete a tag; streams lose it',
    access: { capability: 'tag:delete' },
    schema: { params, response: Type.Object({ name: Type.String(), deleted: Type.Literal(true) }) },
    handler: ({ scope, params: { name } }) =>
      change(scope, async (tx) => {
        const id = await deleteTag(tx, name);
        return { result: { name, deleted: true as const }, target: { type: 'tag', id }, detail: { name } };
      }),
  }),
];
