import type { Fault, SeededRandom } from '@ferry/qmp/simulator';

export type Role = 'source' | 'destination';

/** At the so-manieth crossing of a door by the agent of that end. */
interface Point {
  readonly by: Role;
  readonly crossing: number;
}

export type Mischief =
  | { readonly kind: 'agent killed'; readonly at: Point; readonly backAfterMs: number }
  | { readonly kind: 'agent frozen'; readonly at: Point; readonly forMs: number }
  | { readonly kind: 'witness fails'; readonly at: Point; readonly times: number }
  | { readonly kind: 'witness away'; readonly at: Point; readonly forMs: number }
  | { readonly kind: 'QEMU killed'; readonly at: Point; readonly copy: Role }
  | { readonly kind: 'QEMU frozen'; readonly at: Point; readonly copy: Role; readonly forMs: number }
  | { readonly kind: 'hypervisor fails'; readonly fault: Fault; readonly forMs: number }
  | { readonly kind: 'cancelled'; readonly at: Point };

/** How a run goes, all of it drawn from its seed. */
export interface Script {
  readonly seed: number;
  readonly imageLocks: boolean;
  readonly bandwidthBytesPerSecond: number;
  readonly blackoutLimitMs: number;
  readonly stallLimitMs: number;
  /** How likely a call is delivered twice, or its first answer lost so that it is made again; 0 to 1. */
  readonly twice: number;
  /** How likely a call of a superseded epoch arrives late; 0 to 1. */
  readonly late: number;
  readonly mischief: readonly Mischief[];
}

const ROLES = ['source', 'destination'] as const;
/** A handover without mischief crosses about so many doors at each host, and its compensation some more. */
const crossings = { source: 64, destination: 42 } as const;

const KINDS = [
  'agent killed',
  'agent killed',
  'agent killed',
  'agent frozen',
  'agent frozen',
  'witness fails',
  'witness away',
  'QEMU killed',
  'QEMU killed',
  'QEMU frozen',
  'hypervisor fails',
  'hypervisor fails',
  'cancelled',
] as const satisfies Mischief['kind'][];

const FAULTS: readonly Fault[] = [
  { side: 'source', at: 'setup', do: 'stall' },
  { side: 'source', at: 'active', do: 'stall' },
  { side: 'source', at: 'active', do: 'cut-link' },
  { side: 'source', at: 'pre-switchover', do: 'stall' },
  { side: 'source', at: 'device', do: 'fail' },
  { side: 'source', at: 'device', do: 'die' },
  { side: 'source', at: 'device', do: 'cut-link' },
  { side: 'source', at: 'answer', do: 'die' },
  { side: 'source', at: 'answer', do: 'stall' },
  { side: 'source', at: 'completed', do: 'die' },
  { side: 'destination', at: 'active', do: 'die' },
  { side: 'destination', at: 'device', do: 'die' },
  { side: 'destination', at: 'answer', do: 'die' },
  { side: 'destination', at: 'answer', do: 'stall' },
  { side: 'destination', at: 'answer', do: 'lose-answer' },
  { side: 'destination', at: 'completed', do: 'die' },
];

/** Draws a run: one to three things that go wrong, at any of the moments in which an agent waits for the world. */
export function drawScript(seed: number, random: SeededRandom): Script {
  const between = (least: number, most: number) => Math.round(least + random.next() * (most - least));
  const oneOf = <T>(all: readonly [T, ...T[]] | readonly T[]): T => all[Math.floor(random.next() * all.length)] as T;
  const point = (): Point => {
    const by = oneOf(ROLES);
    return { by, crossing: between(1, crossings[by]) };
  };
  const draw = (): Mischief => {
    const kind = oneOf(KINDS);
    switch (kind) {
      case 'agent killed':
        return { kind, at: point(), backAfterMs: between(0, 500) };
      case 'agent frozen':
        return { kind, at: point(), forMs: between(20, 900) };
      case 'witness fails':
        return { kind, at: point(), times: between(1, 4) };
      case 'witness away':
        return { kind, at: point(), forMs: between(20, 900) };
      case 'QEMU killed':
        return { kind, at: point(), copy: oneOf(ROLES) };
      case 'QEMU frozen':
        return { kind, at: point(), copy: oneOf(ROLES), forMs: between(50, 1_500) };
      case 'hypervisor fails':
        return { kind, fault: { ...oneOf(FAULTS), times: 1 }, forMs: between(300, 1_200) };
      case 'cancelled':
        return { kind, at: point() };
    }
  };
  return {
    seed,
    imageLocks: random.next() < 0.5,
    bandwidthBytesPerSecond: oneOf([8, 32, 1024]) * 1024 ** 2,
    blackoutLimitMs: between(100, 700),
    stallLimitMs: between(400, 1_000),
    twice: oneOf([0, 0, 0.2, 0.5]),
    late: oneOf([0, 0.3, 0.6]),
    mischief: Array.from({ length: oneOf([1, 1, 1, 2, 2, 3]) }, draw),
  };
}

/** In one line, for whoever reads of a run that was not green. */
export function scriptInWords({ imageLocks, mischief, twice, late }: Script): string {
  const words = mischief.map((each) => {
    if (each.kind === 'hypervisor fails') return `${each.fault.side} QEMU at ${each.fault.at}: ${each.fault.do}`;
    const where = `at crossing ${each.at.crossing} of the ${each.at.by}’s agent`;
    return 'copy' in each ? `${each.copy} ${each.kind} ${where}` : `${each.kind} ${where}`;
  });
  const rest = [imageLocks ? 'with image locks' : 'without image locks', `twice ${twice}`, `late ${late}`];
  return [...words, ...rest].join('; ');
}
