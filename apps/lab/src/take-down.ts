import type { ProcessIdentity } from '@ferry/processes';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join, sep } from 'node:path';
import type { Addresses } from './control-plane.ts';
import type { LabLayout } from './lab-layout.ts';
import { readLabState, type LabState } from './lab-state.ts';
import { uncover } from './cover.ts';
import { labTag } from './lab-tag.ts';
import { mounts } from './mounts.ts';
import { LabNetwork } from './network/lab-network.ts';
import { isListening } from './processes/free-port.ts';
import { markedProcesses } from './processes/marked-processes.ts';
import { end } from './processes/end-process.ts';
import { ProcessRegistry } from './processes/process-registry.ts';
import { PostgresServer } from './servers/postgres-server.ts';
import { TemporalServer } from './servers/temporal-server.ts';

/** Parts of a lab are still there after it was taken down. */
export class LabLeftovers extends Error {
  override readonly name = 'LabLeftovers';
  constructor(readonly leftovers: readonly string[]) {
    super(`the lab is down, but these are left:\n${leftovers.map((each) => `  ${each}`).join('\n')}`);
  }
}

/**
 * Takes a lab down by what its folder and its mark tell, whoever brought it up and whatever became of them: VMs first,
 * then agents, control plane, servers and networks. Does nothing where there is no lab.
 * @throws LabLeftovers when something of it is still there afterwards
 */
export async function takeDown(layout: LabLayout): Promise<void> {
  const tag = labTag(layout.root);
  const state = await readLabState(layout.state);
  // What lies on its folders hides what is to be read there.
  await uncover(layout.root);
  await endVirtualMachines(layout, tag);
  const processes = new ProcessRegistry(layout.root, tag);
  await Promise.all(processes.records().map((record) => processes.stop(record.name)));
  // An agent may have been starting one meanwhile.
  await endVirtualMachines(layout, tag);
  await Promise.all([TemporalServer.reap(layout.temporal), PostgresServer.reap(layout.postgres)]);
  // Whatever nobody had the time to write down.
  await Promise.all(markedProcesses(tag).map((each) => end(each, 'SIGTERM', 2_000)));
  await LabNetwork.down(tag);
  const leftovers = await findLeftovers(layout, tag, state);
  if (leftovers.length > 0) throw new LabLeftovers(leftovers);
}

/** QEMUs work in their VM's folder, and outlive the agent that started them; it wrote most of them down. */
async function endVirtualMachines(layout: LabLayout, tag: string): Promise<void> {
  const unwritten = markedProcesses(tag).filter((each) => each.workingDirectory.startsWith(layout.hosts + sep));
  const machines = [...(await writtenDown(layout)), ...unwritten];
  await Promise.all(machines.map((each) => end(each, 'SIGTERM', 2_000)));
}

/** By the agents, in their VMs' folders. */
async function writtenDown({ hosts }: LabLayout): Promise<ProcessIdentity[]> {
  const paths = await readdir(hosts, { recursive: true }).catch(unlessMissing);
  const records = paths.filter((path) => basename(path) === 'process.json');
  const read = (path: string) => readFile(join(hosts, path), 'utf8').then(JSON.parse) as Promise<ProcessIdentity>;
  // An agent that is still there may take one away.
  return (await Promise.all(records.map((path) => read(path).catch(unlessMissing)))).flat();
}

function unlessMissing(error: unknown): [] {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
  throw error;
}

/** What is still there of a lab: processes, namespaces (and with them taps), mounts, ports. */
export async function findLeftovers(layout: LabLayout, tag: string, state: LabState | null): Promise<string[]> {
  const ports = await takenPorts(state?.addresses ?? null);
  return [
    ...markedProcesses(tag).map((each) => `process ${each.pid}: ${each.command}`),
    ...(await LabNetwork.leftovers(tag)).map((name) => `network namespace ${name}`),
    ...(await mounts()).flatMap(({ text }) => (text.includes(layout.root) ? [`mount ${text}`] : [])),
    ...ports.map((port) => `port ${port}`),
  ];
}

async function takenPorts(addresses: Addresses | null): Promise<number[]> {
  if (addresses === null) return [];
  const { apiUrl, databaseUrl, temporalAddress, temporalUiUrl } = addresses;
  // What an older version wrote down may lack some.
  const known = [apiUrl, databaseUrl, temporalUiUrl, `temporal://${temporalAddress}`].filter((url) =>
    URL.canParse(url),
  );
  const ports = known.map((url) => Number(new URL(url).port));
  const taken = await Promise.all(ports.map(isListening));
  return ports.filter((_, index) => taken[index]);
}
