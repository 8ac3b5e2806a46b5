/** Placeholder */
export function bootsUnder(_accelerator: string, _qemu: string, _runDirectory: string): Promise<boolean> {
  return Promise.resolve(false);
}
