import { interventionBody } from '@ferry/contracts/http';

/** A reason, if there is one: the whole body may be left out. */
export const optionalIntervention = interventionBody.nullish().transform((given) => given ?? { reason: null });
