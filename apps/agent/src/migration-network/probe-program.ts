import { listenForProbes } from './listen-for-probes.ts';
import type { ProbeAnswer, ProbeDeeds, ProbeRequest } from './probe-messages.ts';
import { sendProbe } from './send-probe.ts';

// The program that an agent runs in the network namespace of its host's QEMU. It ends with the agent.

type Executors = {
  [Deed in keyof ProbeDeeds]: (input: ProbeDeeds[Deed]['input']) => Promise<ProbeDeeds[Deed]['answer']>;
};
const executors: Executors = {
  listen: ({ address, probes }) => listenForProbes(address, probes),
  probe: sendProbe,
};

function execute<Deed extends keyof ProbeDeeds>(deed: Deed, input: ProbeDeeds[Deed]['input']): Promise<unknown> {
  return executors[deed](input);
}

process.on('message', ({ id, deed, input }: ProbeRequest) => {
  const tell = (answer: ProbeAnswer) => process.send?.(answer);
  execute(deed, input).then(
    (answer) => tell({ id, answer }),
    (error: unknown) => tell({ id, error: error instanceof Error ? error.message : String(error) }),
  );
});
process.once('disconnect', () => process.exit(0));
