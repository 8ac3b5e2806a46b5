/**
 * What two agents have to agree on to move a VM between them: what they hand over, write on the witness, and expect of
 * each other in the switchover. It is raised with any change by which an agent of before could not take part.
 */
export const AGENT_PROTOCOL = 1;
