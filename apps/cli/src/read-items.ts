import { everyItem, type Page, type PageOptions } from '@ferry/client';

const LARGEST_PAGE = 200;

/** The first items of a list, and whether there are more. */
export async function readItems<Item>(
  readPage: (page: PageOptions) => Promise<Page<Item>>,
  most = Infinity,
): Promise<{ items: Item[]; more: boolean }> {
  const items: Item[] = [];
  const limit = Math.min(most + 1, LARGEST_PAGE);
  for await (const item of everyItem((cursor) => readPage({ cursor, limit }))) {
    if (items.length === most) return { items, more: true };
    items.push(item);
  }
  return { items, more: false };
}
