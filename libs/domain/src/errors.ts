/**
 * The one catalogue of what can go wrong. The API answers with `status` and the code, the command line exits by it, a
 * phase throws it, and `retryable` says whether trying the same again can help.
 */
export const ERRORS = {
  VALIDATION_FAILED: {
    status: 400,
    retryable: false,
    title: 'The request is not valid',
    remedy: 'Correct the named fields.',
  },
  BODY_TOO_LARGE: {
    status: 413,
    retryable: false,
    title: 'The request body is too large',
    remedy: 'Send less: 64 KiB are enough for every request of a person.',
  },
  MEDIA_TYPE_UNSUPPORTED: {
    status: 415,
    retryable: false,
    title: 'The body is not JSON',
    remedy: 'Send application/json.',
  },
  ROUTE_UNKNOWN: {
    status: 404,
    retryable: false,
    title: 'There is no such address',
    remedy: 'See /docs for the addresses of this API.',
  },
  VM_UNKNOWN: {
    status: 404,
    retryable: false,
    title: 'No host has reported such a VM',
    remedy: 'List the virtual machines and use one of their ids.',
  },
  HOST_UNKNOWN: {
    status: 404,
    retryable: false,
    title: 'There is no such host',
    remedy: 'List the hosts and use one of their ids.',
  },
  CLUSTER_UNKNOWN: {
    status: 404,
    retryable: false,
    title: 'There is no such cluster',
    remedy: 'List the clusters and use one of their names, or create it.',
  },
  CLUSTER_ALREADY_THERE: {
    status: 409,
    retryable: false,
    title: 'There is a cluster of that name',
    remedy: 'Use it, or choose another name.',
  },
  CLUSTER_NOT_EMPTY: {
    status: 409,
    retryable: false,
    title: 'The cluster has hosts',
    remedy: 'Dismiss its hosts first.',
  },
  HOST_NOT_EMPTY: {
    status: 409,
    retryable: false,
    title: 'The host has virtual machines or migrations',
    remedy: 'Move its virtual machines away or stop them, and wait until its migrations have ended.',
  },
  HOST_ALREADY_MEMBER: {
    status: 409,
    retryable: false,
    title: 'The host is a member of another cluster',
    remedy: 'Dismiss it there first.',
  },
  NOT_IN_CLUSTER: {
    status: 409,
    retryable: false,
    title: 'The hosts are not members of one cluster',
    remedy: 'Choose a host of the same cluster, or invite it: ferry cluster invite CLUSTER HOST.',
  },
  CREDENTIAL_REFUSED: {
    status: 401,
    retryable: false,
    title: 'The host did not show the credential that makes it a member',
    remedy: 'Let the agent’s FERRY_CREDENTIAL name the file that it joined with, or invite the host anew.',
  },
  MIGRATION_UNKNOWN: {
    status: 404,
    retryable: false,
    title: 'There is no such migration',
    remedy: 'List the migrations and use one of their ids.',
  },
  SAME_HOST: {
    status: 422,
    retryable: false,
    title: 'The VM already runs on that host',
    remedy: 'Name another host as the destination.',
  },
  VM_NOT_RUNNING: { status: 409, retryable: false, title: 'The VM does not run', remedy: 'Start the VM first.' },
  VM_ALREADY_THERE: {
    status: 409,
    retryable: false,
    title: 'The VM exists already',
    remedy: 'Choose another id, or stop the VM first.',
  },
  VOLUME_IN_USE: {
    status: 409,
    retryable: false,
    title: 'Another VM has a volume of this one',
    remedy:
      'Stop that VM, or give one of the two a disk of its own: two guests that write to one volume destroy what is on it.',
  },
  VM_ALREADY_MOVING: {
    status: 409,
    retryable: false,
    title: 'Another operation on the VM is under way',
    remedy: 'Wait until it has ended, or cancel it.',
  },
  HOST_GONE: {
    status: 503,
    retryable: true,
    title: 'The host has not been heard from lately',
    remedy: 'Start its agent, or choose another host.',
  },
  CANCEL_TOO_LATE: {
    status: 409,
    retryable: false,
    title: 'The migration can no longer be cancelled',
    remedy: 'Let it complete; then move the VM back.',
  },
  NOT_PARKED: {
    status: 409,
    retryable: false,
    title: 'The migration does not wait for a person',
    remedy: 'Resume works for migrations in state needs-attention.',
  },
  CANCEL_UNDER_WAY: {
    status: 409,
    retryable: false,
    title: 'The migration is being cancelled',
    remedy: 'Wait until it has ended; then submit a new one.',
  },
  ALREADY_HELD: {
    status: 409,
    retryable: false,
    title: 'The migration is held already',
    remedy: 'Nothing to do: its switchover waits until somebody releases it.',
  },
  NOT_HELD: {
    status: 409,
    retryable: false,
    title: 'The migration is not held',
    remedy: 'Release works for migrations that are held.',
  },
  TRANSFER_NOT_BEGUN: {
    status: 409,
    retryable: true,
    title: 'The migration has not begun to copy memory',
    remedy: 'Wait until it is in transfer-memory, and force it then.',
  },
  SWITCHOVER_BEGUN: {
    status: 409,
    retryable: false,
    title: 'The guest is being switched over already',
    remedy: 'Nothing is left to hold, force or tune: wait for its end.',
  },
  DOWNTIME_TOO_SHORT: {
    status: 422,
    retryable: false,
    title: 'The guest could not be switched over within the stated downtime',
    remedy: 'State at least the downtime named in the detail, or raise the bandwidth first.',
  },
  REHEARSAL_STAYS: {
    status: 409,
    retryable: false,
    title: 'A rehearsal never switches over',
    remedy: 'Nothing to hold, release or force: let it end, or cancel it. Then submit a migration.',
  },
  NOTHING_TO_DECIDE: {
    status: 409,
    retryable: false,
    title: 'The migration does not need a person’s decision',
    remedy: 'Resume it or cancel it: its hosts can tell whose the guest is. Decide only where it waits and they can’t.',
  },
  DECISION_NOT_CONFIRMED: {
    status: 422,
    retryable: false,
    title: 'The decision was not confirmed as it must be',
    remedy: 'Confirm it with the VM and the host that is to own it, as in “web-1 host-b”.',
  },
  NOTHING_TO_ASSIGN: {
    status: 409,
    retryable: false,
    title: 'The host has no whole copy of the guest',
    remedy: 'Decide for the source: where its copy is gone too, the guest has ended, and can be started again.',
  },
  FENCE_FAILED: {
    status: 503,
    retryable: false,
    title: 'The other host could not be cut off from a disk',
    remedy:
      'See what the fence program says. Put it right and decide again; or cut the host off by hand, take the program out of the file of FERRY_SAN, start the agent again, and decide.',
  },
  DECIDED_BY_PERSON: {
    status: 409,
    retryable: false,
    title: 'A person has decided who owns the guest',
    remedy: 'See who and why. A host that comes back removes the copy it may still have, by itself.',
  },
  ENDED_IN_TEMPORAL: {
    status: 409,
    retryable: false,
    title: 'The migration was ended in Temporal, and not by Ferry',
    remedy:
      'See in `ferry vms` where the guest is. What was begun at the destination is removed when the VM next comes there; to call a migration off use `ferry cancel`.',
  },
  MIGRATION_ENDED: { status: 409, retryable: false, title: 'The migration has ended', remedy: 'Submit a new one.' },
  ENGINE_UNAVAILABLE: {
    status: 503,
    retryable: true,
    title: 'The workflow engine cannot be reached',
    remedy: 'Look whether the migration named in the detail has begun; if not, try again.',
  },
  QUEUE_UNAVAILABLE: {
    status: 503,
    retryable: true,
    title: 'The queue of migrations does not run',
    remedy: 'Start a worker, or submit a migration: either starts the queue as it was.',
  },
  RECORDS_UNAVAILABLE: {
    status: 503,
    retryable: true,
    title: 'The database cannot be reached',
    remedy: 'Try again; migrations in flight go on undisturbed.',
  },
  INTERNAL: {
    status: 500,
    retryable: false,
    title: 'Ferry made a mistake',
    remedy: 'Look at the log under the request’s id.',
  },

  PREFLIGHT_FAILED: {
    status: 409,
    retryable: false,
    title: 'A requirement of the migration is not met',
    remedy: 'See the findings; each names its remedy.',
  },
  STORAGE_OUTSIDE_POOL: {
    status: 422,
    retryable: false,
    title: 'A path lies outside the storage pool',
    remedy: 'Use a path below the storage pool.',
  },
  IMAGE_UNUSABLE: {
    status: 422,
    retryable: false,
    title: 'An image is not what it has to be',
    remedy:
      'See what is wrong in the detail: qemu-img convert makes an image of the definition’s format, with all of its data in it.',
  },
  DISK_READ_ONLY: {
    status: 409,
    retryable: false,
    title: 'A disk can only be read',
    remedy: 'Mount the storage pool on this host so that it can be written to.',
  },
  PORTAL_UNKNOWN: {
    status: 422,
    retryable: false,
    title: 'The host does not know the SAN’s portal',
    remedy: 'Name the portal in the file of the host’s setting FERRY_SAN, and start its agent again.',
  },
  LUN_UNREACHABLE: {
    status: 503,
    retryable: true,
    title: 'The LUN cannot be reached',
    remedy: 'Let the host’s initiator in at the target, and look at the storage network and at its CHAP secret.',
  },
  LUN_DIFFERS: {
    status: 409,
    retryable: false,
    title: 'The LUN is not the one that the definition means',
    remedy: 'Find out what lies there before anything writes to it; then correct the target’s mapping.',
  },
  NETWORK_UNKNOWN: {
    status: 422,
    retryable: false,
    title: 'The host has no such virtual network',
    remedy: 'Use one of the networks that the host reports.',
  },
  HYPERVISOR_FAILED: {
    status: 502,
    retryable: true,
    title: 'The hypervisor refused or failed',
    remedy: 'See its words in the detail.',
  },
  HYPERVISOR_SILENT: {
    status: 504,
    retryable: true,
    title: 'The hypervisor does not answer',
    remedy: 'Look at the host; the guest may run on.',
  },
  DESTINATION_DIED: {
    status: 502,
    retryable: false,
    title: 'The destination VM ended before the handover',
    remedy: 'See its last words; the guest runs on at the source.',
  },
  DEVICE_NOT_MOVABLE: {
    status: 409,
    retryable: false,
    title: 'The VM has a device that cannot be built at another host',
    remedy: 'Nothing was begun, and the guest runs on. Detach the named device, or shut the VM down to move it.',
  },
  CONFIGURATION_DIFFERS: {
    status: 409,
    retryable: false,
    title: 'The machine built at the destination is not the one that the guest runs on',
    remedy:
      'Not one byte of the guest was sent, and it runs on at the source. Choose another host, or bring the hypervisors of the two to the same release and settings.',
  },
  TRANSFER_FAILED: {
    status: 502,
    retryable: false,
    title: 'The transfer failed',
    remedy: 'The guest runs on at the source; submit again.',
  },
  STREAM_KEY_MISSING: {
    status: 409,
    retryable: false,
    title: 'The key of the encrypted stream is missing',
    remedy:
      'Not one byte of the guest was sent, and it runs on at the source; submit again: each migration has a key of its own.',
  },
  STREAM_REFUSED: {
    status: 502,
    retryable: false,
    title: 'No encrypted stream to the destination came about',
    remedy:
      'Not one byte of the guest was sent, and it runs on at the source. See the hypervisor’s words: either nobody listened, or who did could not prove that it has the key.',
  },
  POST_COPY_SEVERED: {
    status: 504,
    retryable: true,
    title: 'The guest waits for memory that is still at the source',
    remedy:
      'Repair the migration network. The agents connect both sides again by themselves; leave both QEMUs alone until then: neither has the whole guest.',
  },
  MEMORY_LOST: {
    status: 409,
    retryable: false,
    title: 'Part of the guest’s memory is lost',
    remedy:
      'The source’s copy died in post-copy. The guest can’t go on: end its process at the destination, which ends this migration, and start the VM anew from its disks.',
  },
  TRANSFER_STALLED: {
    status: 504,
    retryable: false,
    title: 'The transfer stood still',
    remedy: 'Look at the migration network; the guest runs on at the source.',
  },
  NOT_CONVERGING: {
    status: 504,
    retryable: false,
    title: 'The guest changes its memory faster than it can be sent',
    remedy:
      'It runs on at the source, unharmed. Submit again with more bandwidth, a longer downtime, or the policy “must-complete”; or in a quieter hour.',
  },
  TRANSFER_WITHDRAWN: {
    status: 409,
    retryable: false,
    title: 'The transfer was withdrawn',
    remedy: 'Nothing to do: the guest runs on at the source.',
  },
  HOLD_BROKEN: {
    status: 502,
    retryable: false,
    title: 'The transfer came to its switchover although it was held',
    remedy: 'The source has kept its guest, which runs on; submit again.',
  },
  BLACKOUT_TOO_LONG: {
    status: 504,
    retryable: false,
    title: 'The destination did not start the guest in time',
    remedy: 'The source has taken its guest back; look at the destination, and at the witness.',
  },
  GUEST_GONE: { status: 409, retryable: false, title: 'The guest ended at the source', remedy: 'Start the VM again.' },
  HANDLE_LOST: {
    status: 409,
    retryable: false,
    title: 'Another host won the storage handle',
    remedy: 'Look at the VM’s record: the host named there owns it.',
  },
  WITNESS_UNREACHABLE: {
    status: 503,
    retryable: true,
    title: 'The witness cannot be reached',
    remedy: 'Mount the witness folder on this host, readable and writable, with the folder `handle` in it.',
  },
  JOURNAL_UNWRITABLE: {
    status: 507,
    retryable: false,
    title: 'The host cannot write its journal',
    remedy: 'Free space under the agent’s run directory; the guest runs on where its record says.',
  },
  SUPERSEDED: {
    status: 409,
    retryable: false,
    title: 'A newer attempt has taken over',
    remedy: 'Nothing to do: the newer attempt reports.',
  },
  NETWORK_NOT_REDIRECTED: {
    status: 502,
    retryable: true,
    title: 'The fabric does not forward to the new port',
    remedy: 'Look at the bridge of the destination; the guest runs.',
  },
} as const satisfies Record<string, { status: number; retryable: boolean; title: string; remedy: string }>;

export type ErrorCode = keyof typeof ERRORS;

/** The place of a mistake in a request, as a path of keys: `definition.disks.0.image`. */
export interface FieldError {
  field: string;
  message: string;
}

/** A failure with a code of the catalogue. `detail` says what happened this time. */
export class FerryError extends Error {
  readonly code: ErrorCode;
  readonly fields: readonly FieldError[];
  constructor(code: ErrorCode, detail: string, options: { cause?: unknown; fields?: readonly FieldError[] } = {}) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'FerryError';
    this.code = code;
    this.fields = options.fields ?? [];
  }
}

export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(ERRORS, value);
}
