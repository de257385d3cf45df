import { Type } from 'typebox';
import type { Page, PageAsked } from '../../store/cursor.ts';

/** Parameters of a list that is answered whole unless a page of it is asked for. */
export const PAGING = {
  quantity: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 1_000,
      description: 'Rows of a page; 50 where a page is asked for without it',
    }),
  ),
  cursor: Type.Optional(
    Type.String({ minLength: 1, maxLength: 1_000, description: 'From `X-Next-Cursor` of the page before' }),
  ),
};

export const QUANTITY = 50;

/** The headers that say how many match, and lead to the next page. */
export function pageHeaders(
  setHeader: (name: string, value: string | number) => void,
  { total, nextCursor }: Pick<Page<unknown>, 'total' | 'nextCursor'>,
): void {
  setHeader('X-Total-Count', total);
  if (nextCursor !== null) setHeader('X-Next-Cursor', nextCursor);
}

/** The page that a query asks for, or, with neither parameter, the whole list. */
export const pageAsked = ({ quantity, cursor }: PageAsked): PageAsked =>
  quantity === undefined && cursor === undefined ? {} : { quantity: quantity ?? QUANTITY, ...(cursor && { cursor }) };
