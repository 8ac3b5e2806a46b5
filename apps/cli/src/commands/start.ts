import { virtualMachineDefinition } from '@ferry/contracts/http';
import type { VirtualMachineDefinition } from '@ferry/domain';
import type { Command } from 'commander';
import { readFile } from 'node:fs/promises';
import { UsageError } from '../display/failure-words.ts';
import type { Session } from '../session.ts';

export function start(program: Command, session: Session): void {
  program
    .command('start')
    .description('start a virtual machine on a host')
    .argument('<file>', 'its definition in JSON; - reads standard input')
    .requiredOption('--on <host>', 'the host')
    .option('--saved-state <path>', 'go on from a saved state in the storage pool, instead of booting')
    .action(async (file: string, { on: host, savedState }: { on: string; savedState?: string }) => {
      const definition = await readDefinition(session, file);
      const vm = await session.client.startVirtualMachine({ definition, host, savedState: savedState ?? null });
      session.answer(vm, () => `${session.ink('strong', vm.id)} runs on ${vm.host ?? host}.`);
    });
}

async function readDefinition(session: Session, file: string): Promise<VirtualMachineDefinition> {
  const name = file === '-' ? 'standard input' : file;
  let text: string;
  try {
    text = file === '-' ? await session.terminal.input() : await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${name} cannot be read: ${(error as Error).message}`);
  }
  const parsed = virtualMachineDefinition.safeParse(parseJson(name, text));
  if (parsed.success) return parsed.data as VirtualMachineDefinition;
  const fields = parsed.error.issues.map(({ path, message }) => ({ field: path.join('.'), message }));
  throw new UsageError(`${name} is not the definition of a virtual machine`, fields);
}

function parseJson(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${name} is not JSON: ${(error as Error).message}`);
  }
}
