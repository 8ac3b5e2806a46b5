import type { SourceCopy } from '@ferry/domain';

const handingOver = ['copying', 'settled', 'serving'] as const satisfies SourceCopy[];
/** A source's copy whose transfer is under way, or has been and is not undone. */
export type HandingOver = (typeof handingOver)[number];

export function isHandingOver(copy: SourceCopy): copy is HandingOver {
  return handingOver.some((each) => each === copy);
}
