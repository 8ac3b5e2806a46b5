import { fileURLToPath } from 'node:url';

export {
  type Fault,
  type FaultDeed,
  type FaultPlan,
  faultPlanPath,
  type FaultPoint,
  type FaultSide,
  planFaults,
} from './faults.ts';
export { parseRunLog, type RunLogEntry, runLogPath } from './run-log.ts';
export { SeededRandom } from './seeded-random.ts';

/** The simulator's executable, to be named where a QEMU binary is. Needs the built package. */
export const simulatorPath = fileURLToPath(new URL('../../bin/qemu-simulator.js', import.meta.url));
