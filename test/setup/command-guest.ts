import { agentName, type Lab } from '@ferry/lab';
import { QmpClient } from '@ferry/qmp';
import { join } from 'node:path';

/** Stops or starts a guest's CPUs behind its agent's back: QEMU listens to one at a time, so the agent is away meanwhile. */
export async function commandGuest(lab: Lab, host: string, guest: string, command: 'stop' | 'cont'): Promise<void> {
  const agent = lab.part(agentName(host));
  await agent.kill9();
  const directory = join(lab.layout.runDirectory(host), guest);
  const monitor = await QmpClient.connect({ directory, name: 'qmp.sock', timeoutMs: 5_000 });
  await monitor.execute(command);
  monitor.close();
  await agent.restart();
}
