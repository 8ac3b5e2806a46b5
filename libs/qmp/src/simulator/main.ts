import { readFileSync, writeFileSync } from 'node:fs';
import { recordedSchemaPath } from '../schema/recorded-schema.ts';
import type { SchemaEntry } from '../schema/qmp-schema.ts';
import { checkArguments } from './check-arguments.ts';
import { CommandError } from './command-error.ts';
import { type MachineConfiguration, parseCommandLine } from './command-line.ts';
import { createCommands } from './commands.ts';
import { Machine } from './machine.ts';
import { Monitor } from './monitor.ts';
import { UsageError } from './option-lists.ts';
import { versionOf } from './release.ts';

function startSimulator(configuration: MachineConfiguration): void {
  const schema = JSON.parse(readFileSync(recordedSchemaPath, 'utf8')) as SchemaEntry[];
  let monitor: Monitor | undefined;
  const machine = new Machine(configuration, (name, data) => monitor?.emit(name, data));
  const exit = (status: number) => {
    machine.inactivateImages();
    const leave = () => process.exit(status);
    if (monitor) setImmediate(() => monitor?.close(leave));
    else leave();
  };
  const { commands, destination } = createCommands(machine, schema, exit);
  const { incoming, monitorPath, pidFile } = configuration;

  if (incoming === undefined) machine.powerOn();
  if (monitorPath !== undefined) {
    monitor = new Monitor(monitorPath, versionOf(configuration.release), (command) => {
      if (!Object.hasOwn(commands, command)) return undefined;
      return (args) => {
        checkArguments(schema, command, args);
        return (commands as unknown as Record<string, (given: object) => unknown>)[command]?.(args);
      };
    });
  }
  if (pidFile !== undefined) writeFileSync(pidFile, `${process.pid}\n`);
  if (incoming !== undefined && incoming !== 'defer') void destination.start(incoming);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, () => {
      machine.powerOff(false, 'host-signal');
      exit(0);
    });
  }
  // A machine without a monitor or a guest that runs has nothing to wake Node up, but is not over.
  setInterval(() => undefined, 2 ** 30);
}

try {
  const configuration = parseCommandLine(process.argv.slice(2));
  if (configuration) startSimulator(configuration);
  else process.stdout.write(`QEMU emulator version 7.2.22 (${versionOf(null).package})\n`);
} catch (error) {
  if (!(error instanceof UsageError || error instanceof CommandError)) throw error;
  process.stderr.write(`qemu-system-x86_64: ${error.message}\n`);
  process.exitCode = 1;
}
