import type { Inspected, PreflightInput } from '@ferry/contracts';
import type { PreflightReport } from '@ferry/contracts/http';
import { FerryError, finding, FINDINGS, hasErrors, type Finding, type HostId, type VmId } from '@ferry/domain';
import type { HostRecord, Page, PageRequest } from '@ferry/persistence';
import { Injectable } from '@nestjs/common';
import { Engine } from '../engine/engine.ts';
import { HostsService } from '../hosts/hosts-service.ts';
import { Records } from '../records.ts';
import { VirtualMachinesService } from '../virtual-machines/virtual-machines-service.ts';

const PAGE = 200;
/** Of a VM and a host, in one workflow: what it says to its hosts, and they to it, has to fit, compressed, into Temporal's 2 MB and 4 MB. */
const MOST_PAIRS = 20_000;

/** Whether, and where to, a VM could move: every check on both hosts, and nothing touched. */
@Injectable()
export class PreflightService {
  constructor(
    private readonly records: Records,
    private readonly engine: Engine,
    private readonly hosts: HostsService,
    private readonly virtualMachines: VirtualMachinesService,
  ) {}

  /** Without `asked` for all hosts but the VM's own. Fails with `VM_UNKNOWN`, `VM_NOT_RUNNING`, `HOST_UNKNOWN`, `SAME_HOST`. */
  async preflight(id: VmId, asked: readonly HostId[] | null): Promise<PreflightReport> {
    const source = await this.virtualMachines.placeOf(await this.virtualMachines.find(id, 'id'), 'id');
    const hosts = asked === null ? await this.#all() : await this.#named(asked, source);
    const [report] = await this.#check([{ vm: id, source }], hosts);
    if (report === undefined) throw new Error(`nothing was reported of ${id}`);
    return report;
  }

  /** All VMs that run; each could go to hosts `asked` for, but for its own, or to all. Fails with `HOST_UNKNOWN`. */
  async preflightAll(asked: readonly HostId[] | null): Promise<PreflightReport[]> {
    const [hosts, machines] = await Promise.all([asked === null ? this.#all() : this.#known(asked), this.#running()]);
    const reports = await Promise.all(inVisits(machines, hosts.length).map((visit) => this.#check(visit, hosts)));
    return reports.flat().sort((one, other) => (one.vm < other.vm ? -1 : 1));
  }

  async #check(machines: PreflightInput['machines'], hosts: readonly HostRecord[]): Promise<PreflightReport[]> {
    const up = hosts.filter(({ status }) => status === 'up').map(({ id }) => id);
    const reports = await this.engine.preflight({ machines, destinations: up });
    return reports.map(({ vm, source, destinations }) => {
      const inspected = new Map(destinations.map((each) => [each.host, each]));
      const fit = !hasErrors(source.findings);
      const others = hosts.filter(({ id }) => id !== source.host);
      return {
        vm,
        source: { host: source.host, findings: source.findings.map(inWords) },
        destinations: others.map((host) => {
          const { findings } = inspected.get(host.id) ?? silent(host);
          return { host: host.id, possible: fit && !hasErrors(findings), findings: findings.map(inWords) };
        }),
      };
    });
  }

  async #named(asked: readonly HostId[], source: HostId): Promise<HostRecord[]> {
    if (asked.includes(source)) {
      const fields = [{ field: 'destinations', message: 'must be other hosts than the VM’s' }];
      throw new FerryError('SAME_HOST', `The VM already runs on ${source}.`, { fields });
    }
    return this.#known(asked);
  }

  #known(asked: readonly HostId[]): Promise<HostRecord[]> {
    return Promise.all(asked.map((host) => this.hosts.get(host, 'destinations')));
  }

  #all(): Promise<HostRecord[]> {
    return everyRow((page) => this.records.hosts.list(page));
  }

  /** What is about to begin or end, or on its way, is left out: it is nowhere to be moved from. */
  async #running(): Promise<PreflightInput['machines']> {
    const known = await everyRow((page) => this.records.virtualMachines.list(page));
    return known.flatMap(({ id: vm, host: source, status }) =>
      source !== null && (status === 'running' || status === 'paused') ? { vm, source } : [],
    );
  }
}

async function everyRow<Row>(list: (page: PageRequest) => Promise<Page<Row>>): Promise<Row[]> {
  const rows: Row[] = [];
  for (let cursor: string | null = null; ;) {
    const page = await list({ limit: PAGE, ...(cursor !== null && { cursor }) });
    rows.push(...page.items);
    if (page.nextCursor === null) return rows;
    cursor = page.nextCursor;
  }
}

/** VMs of one host together: it is then visited once. */
function inVisits(machines: PreflightInput['machines'], hosts: number): PreflightInput['machines'][] {
  const ordered = machines.toSorted((one, other) => (one.source < other.source ? -1 : 1));
  const size = Math.max(1, Math.floor(MOST_PAIRS / Math.max(1, hosts)));
  return Array.from({ length: Math.ceil(ordered.length / size) }, (_, at) => ordered.slice(at * size, (at + 1) * size));
}

/** A host that has not reported lately is not waited for. */
function silent({ id, reportedAt }: HostRecord): Inspected {
  return { host: id, findings: [finding('HOST_SILENT', id, `Its agent was last heard from at ${reportedAt}.`)] };
}

function inWords({ code, severity, facts }: Finding): PreflightReport['source']['findings'][number] {
  const { title, remedy } = FINDINGS[code];
  return { code, severity, title, facts, remedy };
}
