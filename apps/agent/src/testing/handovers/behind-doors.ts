import type { AgentServices } from '../../agent-services.ts';
import type { DestinationSide, Hypervisor, SourceSide } from '../../hypervisor/port.ts';
import type { StreamKeys } from '../../stream/stream-keys.ts';
import type { PreparedClaim, Witness } from '../../witness/witness.ts';
import type { Doors } from './doors.ts';

/** The methods of a type that are awaited. */
type Awaited<T> = { [K in keyof T]: T[K] extends (...args: never[]) => Promise<unknown> ? K : never }[keyof T] & string;

const WITNESS = ['read', 'next', 'append'] as const satisfies Awaited<Witness>[];
const CLAIM = ['commit', 'discard'] as const satisfies Awaited<PreparedClaim>[];
const STREAM_KEYS = ['offer', 'answer', 'agree', 'forget', 'kept'] as const satisfies Awaited<StreamKeys>[];
const HYPERVISOR = ['status', 'build', 'end', 'adopt', 'forgetSecret'] as const satisfies Awaited<Hypervisor>[];
const SOURCE = [
  'inspect',
  'describe',
  'start',
  'boundSetUp',
  'reach',
  'secondPass',
  'halted',
  'progress',
  'statistics',
  'failureText',
  'proceed',
  'sever',
  'cancel',
  'resume',
] as const satisfies Awaited<SourceSide>[];
const DESTINATION = ['inspect', 'create', 'settled', 'run', 'announce'] as const satisfies Awaited<DestinationSide>[];

/** The services of one life of an agent, with a door before each thing of the world that its code waits for. */
export function behindDoors(services: AgentServices, doors: Doors): AgentServices {
  const { hypervisor, streamKeys, witness } = services;
  const prepare: Witness['prepare'] = (...args) =>
    doors
      .through('witness.prepare', () => witness.prepare(...args))
      .then((claim) => guarded(claim, 'claim', CLAIM, doors));
  return {
    ...services,
    streamKeys: guarded(streamKeys, 'streamKeys', STREAM_KEYS, doors),
    witness: guarded(witness, 'witness', WITNESS, doors, { prepare }),
    hypervisor: guarded(hypervisor, 'hypervisor', HYPERVISOR, doors, {
      source: guarded(hypervisor.source, 'source', SOURCE, doors),
      destination: guarded(hypervisor.destination, 'destination', DESTINATION, doors),
    }),
  };
}

function guarded<T extends object>(
  target: T,
  name: string,
  awaited: readonly string[],
  doors: Doors,
  instead: Partial<T> = {},
): T {
  return new Proxy(target, {
    get(real, key) {
      if (key in instead) return instead[key as keyof T];
      const value: unknown = Reflect.get(real, key, real);
      if (typeof value !== 'function') return value;
      const method = value.bind(real) as (...args: unknown[]) => Promise<unknown>;
      if (!awaited.includes(String(key))) return method;
      return (...args: unknown[]) => doors.through(`${name}.${String(key)}`, () => method(...args));
    },
  });
}
