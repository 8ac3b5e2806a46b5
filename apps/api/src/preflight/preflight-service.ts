import type { Inspected } from '@ferry/contracts';
import type { PreflightReport } from '@ferry/contracts/http';
import { FerryError, finding, FINDINGS, hasErrors, type Finding, type HostId, type VmId } from '@ferry/domain';
import type { HostRecord } from '@ferry/persistence';
import { Injectable } from '@nestjs/common';
import { Engine } from '../engine/engine.ts';
import { HostsService } from '../hosts/hosts-service.ts';
import { Records } from '../records.ts';
import { VirtualMachinesService } from '../virtual-machines/virtual-machines-service.ts';

const PAGE = 200;

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
    const destinations = asked === null ? await this.#allBut(source) : await this.#named(asked, source);
    const up = destinations.filter(({ status }) => status === 'up').map(({ id: host }) => host);
    const report = await this.engine.preflight({ vm: id, source, destinations: up });
    const inspected = new Map(report.destinations.map((each) => [each.host, each]));
    const fit = !hasErrors(report.source.findings);
    return {
      vm: id,
      source: { host: source, findings: report.source.findings.map(inWords) },
      destinations: destinations.map((host) => {
        const { findings } = inspected.get(host.id) ?? silent(host);
        return { host: host.id, possible: fit && !hasErrors(findings), findings: findings.map(inWords) };
      }),
    };
  }

  async #named(asked: readonly HostId[], source: HostId): Promise<HostRecord[]> {
    if (asked.includes(source)) {
      const fields = [{ field: 'destinations', message: 'must be other hosts than the VM’s' }];
      throw new FerryError('SAME_HOST', `The VM already runs on ${source}.`, { fields });
    }
    return Promise.all(asked.map((host) => this.hosts.get(host, 'destinations')));
  }

  async #allBut(source: HostId): Promise<HostRecord[]> {
    const hosts: HostRecord[] = [];
    for (let cursor: string | null = null; ;) {
      const page = await this.records.hosts.list({ limit: PAGE, ...(cursor !== null && { cursor }) });
      hosts.push(...page.items.filter(({ id }) => id !== source));
      if (page.nextCursor === null) return hosts;
      cursor = page.nextCursor;
    }
  }
}

/** A host that has not reported lately is not waited for. */
function silent({ id, reportedAt }: HostRecord): Inspected {
  return { host: id, findings: [finding('HOST_SILENT', id, `Its agent was last heard from at ${reportedAt}.`)] };
}

function inWords({ code, severity, facts }: Finding): PreflightReport['source']['findings'][number] {
  const { title, remedy } = FINDINGS[code];
  return { code, severity, title, facts, remedy };
}
