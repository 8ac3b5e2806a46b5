import { resumeBody } from '@ferry/contracts/http';

/** A reason and what to change of the policy, if there is something: the whole body may be left out. */
export const optionalResumption = resumeBody.nullish().transform((given) => given ?? { reason: null });
