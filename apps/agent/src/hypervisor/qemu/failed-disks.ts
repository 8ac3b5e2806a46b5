import type { VirtualMachineDefinition } from '@ferry/domain';
import type { BlockInfo } from '@ferry/qmp';

const WORDS: Record<NonNullable<BlockInfo['io-status']>, string | null> = {
  ok: null,
  nospace: 'no space is left',
  failed: 'it can’t be read or written',
};

/** The disks of a guest that stands still for their failure, each with what has happened to it. */
export function failedDisks({ disks }: VirtualMachineDefinition, blocks: readonly BlockInfo[]): string[] {
  return blocks.flatMap(({ qdev, 'io-status': status }) => {
    const words = WORDS[status ?? 'ok'];
    if (words === null) return [];
    // As `disk-arguments.ts` names them.
    const index = Number(/-disk(\d+)\b/.exec(qdev ?? '')?.[1]);
    return `Disk ${disks[index]?.id ?? qdev ?? '?'}: ${words}`;
  });
}
