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

/** The simulator's executable, to be named where a QEMU binary is. Needs the built package. */
export const simulatorPath = fileURLToPath(new URL('../../bin/qemu-simulator.js', import.meta.url));
