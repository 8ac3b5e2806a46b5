import { expect, test } from 'vitest';
import { commandLine } from '../../apps/agent/src/hypervisor/qemu/command-line.ts';
import { guestArguments } from '../../apps/lab/src/guest/guest-command.ts';
import { guestMachine } from '../../apps/lab/src/guest/machine.ts';
import { guestDefinition, guestParts } from '../../apps/lab/src/guest-definition.ts';

/** What a warm state is only loaded into if it is equal. */
const MACHINE = ['-nodefaults', '-no-user-config', '-machine', '-accel', '-cpu', '-smp', '-m', '-append'] as const;

const image = { kernel: '/pool/guest/vmlinuz', initrd: '/pool/guest/initrd', kernelVersion: '6.1' };
const machine = guestMachine(image);
const mac = '52:54:00:00:00:01';

const disk = { kind: 'image', id: 'disk0', image: 'disks/web.raw', format: 'raw' } as const;
const definition = guestDefinition(machine, 'web', { disk, macs: [mac] });
const byTheAgent = commandLine({
  definition,
  machineType: machine.machineType,
  accelerator: machine.accelerator,
  ports: [{ id: 'net0', mac, bridge: 'br-lan', tap: null }],
  paths: new Map([
    [guestParts.kernel, image.kernel],
    [guestParts.initrd, image.initrd],
  ]),
  volumes: [{ kind: 'image', path: '/pool/disks/web.raw', format: 'raw', bytes: null, backing: null }],
  incoming: 'fd:3',
  imageLocks: true,
});
const byTheLab = guestArguments(machine, {
  name: 'web',
  uuid: definition.uuid,
  disk: '/pool/disks/web.raw',
  mac,
  incoming: 'fd:3',
});

test('the machine in which the lab saves its warm guest is the one that an agent builds for it', () => {
  for (const option of [...MACHINE, '-name', '-uuid', '-kernel', '-initrd', '-qmp', '-incoming'])
    expect(valuesOf(byTheAgent, option), option).toEqual(valuesOf(byTheLab, option));
  expect(propertiesOf(byTheAgent, '-blockdev')).toEqual(propertiesOf(byTheLab, '-blockdev'));
  expect(propertiesOf(byTheAgent, '-netdev')).toEqual(propertiesOf(byTheLab, '-netdev'));
  // The bus is q35's only one, which the lab says and the agent leaves to QEMU.
  const devices = propertiesOf(byTheLab, '-device').map(({ bus, ...rest }) =>
    bus === 'pcie.0' ? rest : { bus, ...rest },
  );
  expect(propertiesOf(byTheAgent, '-device')).toEqual(devices);
});

function valuesOf(args: readonly string[], option: string): (string | undefined)[] {
  return args.flatMap((arg, index) =>
    arg === option ? [/^-[a-z]/.test(args[index + 1] ?? '-x') ? '' : args[index + 1]] : [],
  );
}

/** Of each occurrence, whether it was written as JSON or as a list. */
function propertiesOf(args: readonly string[], option: string): Record<string, string>[] {
  return valuesOf(args, option).map((text = '') => {
    if (text.startsWith('{')) return JSON.parse(text) as Record<string, string>;
    return Object.fromEntries(
      text.split(',').map((part, index) => {
        const [name = '', value] = part.split('=');
        return value === undefined && index === 0 ? ['', name] : [name, value ?? ''];
      }),
    );
  });
}
