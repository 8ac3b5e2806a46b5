import type { CpuDefinition, MachineInfo } from '../protocol.ts';

const intel = 'GenuineIntel';
const amd = 'AuthenticAMD';

/** The CPU models the simulator knows, each with the manufacturer a guest sees. */
export const cpuVendors: Record<string, string> = {
  base: amd,
  max: amd,
  host: intel,
  qemu64: amd,
  kvm64: intel,
  Nehalem: intel,
  Westmere: intel,
  SandyBridge: intel,
  Haswell: intel,
  'Skylake-Client': intel,
  'Skylake-Server': intel,
  'Cascadelake-Server': intel,
  'Icelake-Server': intel,
  Opteron_G5: amd,
  EPYC: amd,
  'EPYC-Rome': amd,
  'EPYC-Milan': amd,
};

/** What TCG, which is what the simulator plays, can't give. */
const unavailable: Record<string, string[]> = {
  host: ['kvm'],
  'Skylake-Server': ['avx512f', 'avx512dq', 'avx512cd', 'avx512bw', 'avx512vl'],
  'Cascadelake-Server': ['avx512f', 'avx512dq', 'avx512cd', 'avx512bw', 'avx512vl', 'avx512vnni'],
  'Icelake-Server': ['avx512f', 'avx512dq', 'avx512cd', 'avx512bw', 'avx512vl', 'avx512vnni'],
};

export const cpuDefinitions: CpuDefinition[] = Object.keys(cpuVendors).map((name) => ({
  name,
  typename: `${name}-x86_64-cpu`,
  'unavailable-features': unavailable[name] ?? [],
  static: name === 'base',
  'migration-safe': name !== 'max' && name !== 'host',
  deprecated: false,
}));

const machine = (name: string, more: Partial<MachineInfo> = {}): MachineInfo => ({
  name,
  'cpu-max': 288,
  'hotpluggable-cpus': true,
  'numa-mem-supported': false,
  deprecated: false,
  'default-cpu-type': 'qemu64-x86_64-cpu',
  'default-ram-id': 'pc.ram',
  ...more,
});

export const machineInfos: MachineInfo[] = [
  machine('pc-q35-7.2', { alias: 'q35' }),
  machine('pc-i440fx-7.2', { alias: 'pc', 'is-default': true, 'cpu-max': 255 }),
  ...['7.1', '7.0', '6.2', '6.1', '6.0', '5.2'].map((version) => machine(`pc-q35-${version}`)),
  machine('microvm', { 'default-ram-id': 'microvm.ram' }),
];
