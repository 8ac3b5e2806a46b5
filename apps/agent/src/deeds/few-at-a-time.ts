import pLimit from 'p-limit';

/** Storage that hosts share takes a call at a time or two, and no call waits for its turn for ever. */
const AT_A_TIME = 4;

/** Does the deed for each, for few of them at a time; answers in their order. */
export function fewAtATime<Item, Result>(
  items: readonly Item[],
  deed: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const few = pLimit(AT_A_TIME);
  return Promise.all(items.map((item) => few(() => deed(item))));
}
