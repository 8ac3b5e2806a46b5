// Generated from the schema of QEMU 7.2 (schema/generate-protocol.ts): `npx vitest run libs/qmp/src/schema -u` writes it anew.

/** Nothing to say. */
export type NoMembers = Record<string, never>;

export type MigrationStatus =
  | 'none'
  | 'setup'
  | 'cancelling'
  | 'cancelled'
  | 'active'
  | 'postcopy-active'
  | 'postcopy-paused'
  | 'postcopy-recover'
  | 'completed'
  | 'failed'
  | 'colo'
  | 'pre-switchover'
  | 'device'
  | 'wait-unplug';

export type MigrationCapability =
  | 'xbzrle'
  | 'rdma-pin-all'
  | 'auto-converge'
  | 'zero-blocks'
  | 'compress'
  | 'events'
  | 'postcopy-ram'
  | 'x-colo'
  | 'release-ram'
  | 'block'
  | 'return-path'
  | 'pause-before-switchover'
  | 'multifd'
  | 'dirty-bitmaps'
  | 'postcopy-blocktime'
  | 'late-block-activate'
  | 'x-ignore-shared'
  | 'validate-uuid'
  | 'background-snapshot'
  | 'zero-copy-send'
  | 'postcopy-preempt';

export type MigrationCapabilityStatus = { capability: MigrationCapability; state: boolean };

export type MigrationParametersToSet = {
  'announce-initial'?: number;
  'announce-max'?: number;
  'announce-rounds'?: number;
  'announce-step'?: number;
  'compress-level'?: number;
  'compress-threads'?: number;
  'compress-wait-thread'?: boolean;
  'decompress-threads'?: number;
  'throttle-trigger-threshold'?: number;
  'cpu-throttle-initial'?: number;
  'cpu-throttle-increment'?: number;
  'cpu-throttle-tailslow'?: boolean;
  'tls-creds'?: string | null;
  'tls-hostname'?: string | null;
  'tls-authz'?: string | null;
  'max-bandwidth'?: number;
  'downtime-limit'?: number;
  'x-checkpoint-delay'?: number;
  'block-incremental'?: boolean;
  'multifd-channels'?: number;
  'xbzrle-cache-size'?: number;
  'max-postcopy-bandwidth'?: number;
  'max-cpu-throttle'?: number;
  'multifd-compression'?: 'none' | 'zlib' | 'zstd';
  'multifd-zlib-level'?: number;
  'multifd-zstd-level'?: number;
  'block-bitmap-mapping'?: {
    'node-name': string;
    alias: string;
    bitmaps: { name: string; alias: string; transform?: { persistent?: boolean } }[];
  }[];
};

export type ImageInfo = {
  filename: string;
  format: string;
  'dirty-flag'?: boolean;
  'actual-size'?: number;
  'virtual-size': number;
  'cluster-size'?: number;
  encrypted?: boolean;
  compressed?: boolean;
  'backing-filename'?: string;
  'full-backing-filename'?: string;
  'backing-filename-format'?: string;
  snapshots?: {
    id: string;
    name: string;
    'vm-state-size': number;
    'date-sec': number;
    'date-nsec': number;
    'vm-clock-sec': number;
    'vm-clock-nsec': number;
    icount?: number;
  }[];
  'backing-image'?: ImageInfo;
  'format-specific'?:
    | ({ type: 'qcow2' } & {
        data: {
          compat: string;
          'data-file'?: string;
          'data-file-raw'?: boolean;
          'extended-l2'?: boolean;
          'lazy-refcounts'?: boolean;
          corrupt?: boolean;
          'refcount-bits': number;
          encrypt?:
            | ({ format: 'luks' } & {
                'cipher-alg':
                  | 'aes-128'
                  | 'aes-192'
                  | 'aes-256'
                  | 'des'
                  | '3des'
                  | 'cast5-128'
                  | 'serpent-128'
                  | 'serpent-192'
                  | 'serpent-256'
                  | 'twofish-128'
                  | 'twofish-192'
                  | 'twofish-256';
                'cipher-mode': 'ecb' | 'cbc' | 'xts' | 'ctr';
                'ivgen-alg': 'plain' | 'plain64' | 'essiv';
                'ivgen-hash-alg'?: 'md5' | 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512' | 'ripemd160';
                'hash-alg': 'md5' | 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512' | 'ripemd160';
                'payload-offset': number;
                'master-key-iters': number;
                uuid: string;
                slots: { active: boolean; iters?: number; stripes?: number; 'key-offset': number }[];
              })
            | { format: 'aes' };
          bitmaps?: { name: string; granularity: number; flags: ('in-use' | 'auto')[] }[];
          'compression-type': 'zlib' | 'zstd';
        };
      })
    | ({ type: 'vmdk' } & { data: { 'create-type': string; cid: number; 'parent-cid': number; extents: ImageInfo[] } })
    | ({ type: 'luks' } & {
        data: {
          'cipher-alg':
            | 'aes-128'
            | 'aes-192'
            | 'aes-256'
            | 'des'
            | '3des'
            | 'cast5-128'
            | 'serpent-128'
            | 'serpent-192'
            | 'serpent-256'
            | 'twofish-128'
            | 'twofish-192'
            | 'twofish-256';
          'cipher-mode': 'ecb' | 'cbc' | 'xts' | 'ctr';
          'ivgen-alg': 'plain' | 'plain64' | 'essiv';
          'ivgen-hash-alg'?: 'md5' | 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512' | 'ripemd160';
          'hash-alg': 'md5' | 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512' | 'ripemd160';
          'payload-offset': number;
          'master-key-iters': number;
          uuid: string;
          slots: { active: boolean; iters?: number; stripes?: number; 'key-offset': number }[];
        };
      })
    | ({ type: 'rbd' } & { data: { 'encryption-format'?: 'luks' | 'luks2' } });
};

export type BlockNodeInfo = {
  file: string;
  'node-name'?: string;
  ro: boolean;
  drv: string;
  backing_file?: string;
  backing_file_depth: number;
  encrypted: boolean;
  detect_zeroes: 'off' | 'on' | 'unmap';
  bps: number;
  bps_rd: number;
  bps_wr: number;
  iops: number;
  iops_rd: number;
  iops_wr: number;
  image: ImageInfo;
  bps_max?: number;
  bps_rd_max?: number;
  bps_wr_max?: number;
  iops_max?: number;
  iops_rd_max?: number;
  iops_wr_max?: number;
  bps_max_length?: number;
  bps_rd_max_length?: number;
  bps_wr_max_length?: number;
  iops_max_length?: number;
  iops_rd_max_length?: number;
  iops_wr_max_length?: number;
  iops_size?: number;
  group?: string;
  cache: { writeback: boolean; direct: boolean; 'no-flush': boolean };
  write_threshold: number;
  'dirty-bitmaps'?: {
    name?: string;
    count: number;
    granularity: number;
    recording: boolean;
    busy: boolean;
    persistent: boolean;
    inconsistent?: boolean;
  }[];
};

export type BlockInfo = {
  device: string;
  qdev?: string;
  type: string;
  removable: boolean;
  locked: boolean;
  inserted?: BlockNodeInfo;
  tray_open?: boolean;
  'io-status'?: 'ok' | 'failed' | 'nospace';
};

export type BlockJobInfo = {
  type: string;
  device: string;
  len: number;
  offset: number;
  busy: boolean;
  paused: boolean;
  speed: number;
  'io-status': 'ok' | 'failed' | 'nospace';
  ready: boolean;
  status:
    | 'undefined'
    | 'created'
    | 'running'
    | 'paused'
    | 'ready'
    | 'standby'
    | 'waiting'
    | 'pending'
    | 'aborting'
    | 'concluded'
    | 'null';
  'auto-finalize': boolean;
  'auto-dismiss': boolean;
  error?: string;
};

export type CpuDefinition = {
  name: string;
  'migration-safe'?: boolean;
  static: boolean;
  'unavailable-features'?: string[];
  typename: string;
  'alias-of'?: string;
  deprecated: boolean;
};

export type CpuModel = { name: string; props?: unknown };

export type CpuInfo = {
  'cpu-index': number;
  'qom-path': string;
  'thread-id': number;
  props?: {
    'node-id'?: number;
    'socket-id'?: number;
    'die-id'?: number;
    'cluster-id'?: number;
    'core-id'?: number;
    'thread-id'?: number;
  };
} & (
  | ({ target: 's390x' } & { 'cpu-state': 'uninitialized' | 'stopped' | 'check-stop' | 'operating' | 'load' })
  | {
      target:
        | 'aarch64'
        | 'alpha'
        | 'arm'
        | 'avr'
        | 'cris'
        | 'hppa'
        | 'i386'
        | 'loongarch64'
        | 'm68k'
        | 'microblaze'
        | 'microblazeel'
        | 'mips'
        | 'mips64'
        | 'mips64el'
        | 'mipsel'
        | 'nios2'
        | 'or1k'
        | 'ppc'
        | 'ppc64'
        | 'riscv32'
        | 'riscv64'
        | 'rx'
        | 'sh4'
        | 'sh4eb'
        | 'sparc'
        | 'sparc64'
        | 'tricore'
        | 'x86_64'
        | 'xtensa'
        | 'xtensaeb';
    }
);

export type DirtyRateInfo = {
  'dirty-rate'?: number;
  status: 'unstarted' | 'measuring' | 'measured';
  'start-time': number;
  'calc-time': number;
  'sample-pages': number;
  mode: 'page-sampling' | 'dirty-ring' | 'dirty-bitmap';
  'vcpu-dirty-rate'?: { id: number; 'dirty-rate': number }[];
};

export type MachineInfo = {
  name: string;
  alias?: string;
  'is-default'?: boolean;
  'cpu-max': number;
  'hotpluggable-cpus': boolean;
  'numa-mem-supported': boolean;
  deprecated: boolean;
  'default-cpu-type'?: string;
  'default-ram-id'?: string;
};

export type MigrationStats = {
  transferred: number;
  remaining: number;
  total: number;
  duplicate: number;
  skipped: number;
  normal: number;
  'normal-bytes': number;
  'dirty-pages-rate': number;
  mbps: number;
  'dirty-sync-count': number;
  'postcopy-requests': number;
  'page-size': number;
  'multifd-bytes': number;
  'pages-per-second': number;
  'precopy-bytes': number;
  'downtime-bytes': number;
  'postcopy-bytes': number;
  'dirty-sync-missed-zero-copy': number;
};

export type MigrationInfo = {
  status?: MigrationStatus;
  ram?: MigrationStats;
  disk?: MigrationStats;
  vfio?: { transferred: number };
  'xbzrle-cache'?: {
    'cache-size': number;
    bytes: number;
    pages: number;
    'cache-miss': number;
    'cache-miss-rate': number;
    'encoding-rate': number;
    overflow: number;
  };
  'total-time'?: number;
  'expected-downtime'?: number;
  downtime?: number;
  'setup-time'?: number;
  'cpu-throttle-percentage'?: number;
  'error-desc'?: string;
  'blocked-reasons'?: string[];
  'postcopy-blocktime'?: number;
  'postcopy-vcpu-blocktime'?: number[];
  compression?: {
    pages: number;
    busy: number;
    'busy-rate': number;
    'compressed-size': number;
    'compression-rate': number;
  };
  'socket-address'?: (
    | ({ type: 'inet' } & {
        host: string;
        port: string;
        numeric?: boolean;
        to?: number;
        ipv4?: boolean;
        ipv6?: boolean;
        'keep-alive'?: boolean;
        mptcp?: boolean;
      })
    | ({ type: 'unix' } & { path: string; abstract?: boolean; tight?: boolean })
    | ({ type: 'vsock' } & { cid: string; port: string })
    | ({ type: 'fd' } & { str: string })
  )[];
};

export type MigrationParameters = {
  'announce-initial'?: number;
  'announce-max'?: number;
  'announce-rounds'?: number;
  'announce-step'?: number;
  'compress-level'?: number;
  'compress-threads'?: number;
  'compress-wait-thread'?: boolean;
  'decompress-threads'?: number;
  'throttle-trigger-threshold'?: number;
  'cpu-throttle-initial'?: number;
  'cpu-throttle-increment'?: number;
  'cpu-throttle-tailslow'?: boolean;
  'tls-creds'?: string;
  'tls-hostname'?: string;
  'tls-authz'?: string;
  'max-bandwidth'?: number;
  'downtime-limit'?: number;
  'x-checkpoint-delay'?: number;
  'block-incremental'?: boolean;
  'multifd-channels'?: number;
  'xbzrle-cache-size'?: number;
  'max-postcopy-bandwidth'?: number;
  'max-cpu-throttle'?: number;
  'multifd-compression'?: 'none' | 'zlib' | 'zstd';
  'multifd-zlib-level'?: number;
  'multifd-zstd-level'?: number;
  'block-bitmap-mapping'?: {
    'node-name': string;
    alias: string;
    bitmaps: { name: string; alias: string; transform?: { persistent?: boolean } }[];
  }[];
};

export type PciDevice = {
  bus: number;
  slot: number;
  function: number;
  class_info: { desc?: string; class: number };
  id: { device: number; vendor: number; subsystem?: number; 'subsystem-vendor'?: number };
  irq?: number;
  irq_pin: number;
  qdev_id: string;
  pci_bridge?: {
    bus: {
      number: number;
      secondary: number;
      subordinate: number;
      io_range: { base: number; limit: number };
      memory_range: { base: number; limit: number };
      prefetchable_range: { base: number; limit: number };
    };
    devices?: PciDevice[];
  };
  regions: { bar: number; type: string; address: number; size: number; prefetch?: boolean; mem_type_64?: boolean }[];
};

export type PciBus = { bus: number; devices: PciDevice[] };

export type RxFilter = {
  name: string;
  promiscuous: boolean;
  multicast: 'normal' | 'none' | 'all';
  unicast: 'normal' | 'none' | 'all';
  vlan: 'normal' | 'none' | 'all';
  'broadcast-allowed': boolean;
  'multicast-overflow': boolean;
  'unicast-overflow': boolean;
  'main-mac': string;
  'vlan-table': number[];
  'unicast-table': string[];
  'multicast-table': string[];
};

export type RunState =
  | 'debug'
  | 'inmigrate'
  | 'internal-error'
  | 'io-error'
  | 'paused'
  | 'postmigrate'
  | 'prelaunch'
  | 'finish-migrate'
  | 'restore-vm'
  | 'running'
  | 'save-vm'
  | 'shutdown'
  | 'suspended'
  | 'watchdog'
  | 'guest-panicked'
  | 'colo';

export type StatusInfo = { running: boolean; singlestep: boolean; status: RunState };

export type VersionInfo = { qemu: { major: number; minor: number; micro: number }; package: string };

export type YankInstance =
  ({ type: 'block-node' } & { 'node-name': string }) | ({ type: 'chardev' } & { id: string }) | { type: 'migration' };

/** What QEMU can be told and asked. */
export interface Commands {
  'announce-self': {
    arguments: { initial: number; max: number; rounds: number; step: number; interfaces?: string[]; id?: string };
    returns: NoMembers;
  };
  'block-dirty-bitmap-add': {
    arguments: { node: string; name: string; granularity?: number; persistent?: boolean; disabled?: boolean };
    returns: NoMembers;
  };
  'blockdev-add': {
    arguments: {
      driver:
        | 'blkdebug'
        | 'blklogwrites'
        | 'blkreplay'
        | 'blkverify'
        | 'bochs'
        | 'cloop'
        | 'compress'
        | 'copy-before-write'
        | 'copy-on-read'
        | 'dmg'
        | 'file'
        | 'snapshot-access'
        | 'ftp'
        | 'ftps'
        | 'gluster'
        | 'host_cdrom'
        | 'host_device'
        | 'http'
        | 'https'
        | 'iscsi'
        | 'luks'
        | 'nbd'
        | 'nfs'
        | 'null-aio'
        | 'null-co'
        | 'nvme'
        | 'parallels'
        | 'preallocate'
        | 'qcow'
        | 'qcow2'
        | 'qed'
        | 'quorum'
        | 'raw'
        | 'rbd'
        | 'replication'
        | 'ssh'
        | 'throttle'
        | 'vdi'
        | 'vhdx'
        | 'vmdk'
        | 'vpc'
        | 'vvfat';
      'node-name'?: string;
      discard?: 'ignore' | 'unmap';
      cache?: { direct?: boolean; 'no-flush'?: boolean };
      'read-only'?: boolean;
      'auto-read-only'?: boolean;
      'force-share'?: boolean;
      'detect-zeroes'?: 'off' | 'on' | 'unmap';
    } & Record<string, unknown>;
    returns: NoMembers;
  };
  'blockdev-del': { arguments: { 'node-name': string }; returns: NoMembers };
  'calc-dirty-rate': {
    arguments: { 'calc-time': number; 'sample-pages'?: number; mode?: 'page-sampling' | 'dirty-ring' | 'dirty-bitmap' };
    returns: NoMembers;
  };
  cont: { arguments: NoMembers; returns: NoMembers };
  device_add: {
    arguments: { driver: string; bus?: string; id?: string } & Record<string, unknown>;
    returns: NoMembers;
  };
  device_del: { arguments: { id: string }; returns: NoMembers };
  'human-monitor-command': { arguments: { 'command-line': string; 'cpu-index'?: number }; returns: string };
  migrate: {
    arguments: { uri: string; blk?: boolean; inc?: boolean; detach?: boolean; resume?: boolean };
    returns: NoMembers;
  };
  'migrate-continue': { arguments: { state: MigrationStatus }; returns: NoMembers };
  'migrate-incoming': { arguments: { uri: string }; returns: NoMembers };
  'migrate-pause': { arguments: NoMembers; returns: NoMembers };
  'migrate-recover': { arguments: { uri: string }; returns: NoMembers };
  'migrate-set-capabilities': { arguments: { capabilities: MigrationCapabilityStatus[] }; returns: NoMembers };
  'migrate-set-parameters': { arguments: MigrationParametersToSet; returns: NoMembers };
  'migrate-start-postcopy': { arguments: NoMembers; returns: NoMembers };
  migrate_cancel: { arguments: NoMembers; returns: NoMembers };
  netdev_add: {
    arguments: {
      id: string;
      type:
        | 'none'
        | 'nic'
        | 'user'
        | 'tap'
        | 'l2tpv3'
        | 'socket'
        | 'stream'
        | 'dgram'
        | 'vde'
        | 'bridge'
        | 'hubport'
        | 'netmap'
        | 'vhost-user'
        | 'vhost-vdpa';
    } & Record<string, unknown>;
    returns: NoMembers;
  };
  netdev_del: { arguments: { id: string }; returns: NoMembers };
  'object-add': {
    arguments: {
      'qom-type':
        | 'authz-list'
        | 'authz-listfile'
        | 'authz-pam'
        | 'authz-simple'
        | 'can-bus'
        | 'can-host-socketcan'
        | 'colo-compare'
        | 'cryptodev-backend'
        | 'cryptodev-backend-builtin'
        | 'cryptodev-backend-lkcf'
        | 'cryptodev-vhost-user'
        | 'dbus-vmstate'
        | 'filter-buffer'
        | 'filter-dump'
        | 'filter-mirror'
        | 'filter-redirector'
        | 'filter-replay'
        | 'filter-rewriter'
        | 'input-barrier'
        | 'input-linux'
        | 'iothread'
        | 'main-loop'
        | 'memory-backend-epc'
        | 'memory-backend-file'
        | 'memory-backend-memfd'
        | 'memory-backend-ram'
        | 'pef-guest'
        | 'pr-manager-helper'
        | 'qtest'
        | 'rng-builtin'
        | 'rng-egd'
        | 'rng-random'
        | 'secret'
        | 'secret_keyring'
        | 'sev-guest'
        | 'thread-context'
        | 's390-pv-guest'
        | 'throttle-group'
        | 'tls-creds-anon'
        | 'tls-creds-psk'
        | 'tls-creds-x509'
        | 'tls-cipher-suites'
        | 'x-remote-object'
        | 'x-vfio-user-server';
      id: string;
    } & Record<string, unknown>;
    returns: NoMembers;
  };
  'object-del': { arguments: { id: string }; returns: NoMembers };
  qmp_capabilities: { arguments: { enable?: 'oob'[] }; returns: NoMembers };
  'qom-get': { arguments: { path: string; property: string }; returns: unknown };
  'qom-list': {
    arguments: { path: string };
    returns: { name: string; type: string; description?: string; 'default-value'?: unknown }[];
  };
  'query-block': { arguments: NoMembers; returns: BlockInfo[] };
  'query-block-jobs': { arguments: NoMembers; returns: BlockJobInfo[] };
  'query-cpu-definitions': { arguments: NoMembers; returns: CpuDefinition[] };
  'query-cpu-model-expansion': {
    arguments: { type: 'static' | 'full'; model: CpuModel };
    returns: { model: CpuModel };
  };
  'query-cpus-fast': { arguments: NoMembers; returns: CpuInfo[] };
  'query-dirty-rate': { arguments: NoMembers; returns: DirtyRateInfo };
  'query-iothreads': {
    arguments: NoMembers;
    returns: {
      id: string;
      'thread-id': number;
      'poll-max-ns': number;
      'poll-grow': number;
      'poll-shrink': number;
      'aio-max-batch': number;
    }[];
  };
  'query-kvm': { arguments: NoMembers; returns: { enabled: boolean; present: boolean } };
  'query-machines': { arguments: NoMembers; returns: MachineInfo[] };
  'query-memory-size-summary': { arguments: NoMembers; returns: { 'base-memory': number; 'plugged-memory'?: number } };
  'query-migrate': { arguments: NoMembers; returns: MigrationInfo };
  'query-migrate-capabilities': { arguments: NoMembers; returns: MigrationCapabilityStatus[] };
  'query-migrate-parameters': { arguments: NoMembers; returns: MigrationParameters };
  'query-name': { arguments: NoMembers; returns: { name?: string } };
  'query-named-block-nodes': { arguments: { flat?: boolean }; returns: BlockNodeInfo[] };
  'query-pci': { arguments: NoMembers; returns: PciBus[] };
  'query-qmp-schema': {
    arguments: NoMembers;
    returns: ({ name: string; features?: string[] } & (
      | ({ 'meta-type': 'builtin' } & {
          'json-type': 'string' | 'number' | 'int' | 'boolean' | 'null' | 'object' | 'array' | 'value';
        })
      | ({ 'meta-type': 'enum' } & { members: { name: string; features?: string[] }[]; values: string[] })
      | ({ 'meta-type': 'array' } & { 'element-type': string })
      | ({ 'meta-type': 'object' } & {
          members: { name: string; type: string; default?: unknown; features?: string[] }[];
          tag?: string;
          variants?: { case: string; type: string }[];
        })
      | ({ 'meta-type': 'alternate' } & { members: { type: string }[] })
      | ({ 'meta-type': 'command' } & { 'arg-type': string; 'ret-type': string; 'allow-oob'?: boolean })
      | ({ 'meta-type': 'event' } & { 'arg-type': string })
    ))[];
  };
  'query-rx-filter': { arguments: { name?: string }; returns: RxFilter[] };
  'query-status': { arguments: NoMembers; returns: StatusInfo };
  'query-uuid': { arguments: NoMembers; returns: { UUID: string } };
  'query-version': { arguments: NoMembers; returns: VersionInfo };
  'query-yank': { arguments: NoMembers; returns: YankInstance[] };
  quit: { arguments: NoMembers; returns: NoMembers };
  stop: { arguments: NoMembers; returns: NoMembers };
  system_powerdown: { arguments: NoMembers; returns: NoMembers };
  system_reset: { arguments: NoMembers; returns: NoMembers };
  yank: { arguments: { instances: YankInstance[] }; returns: NoMembers };
}

/** What QEMU tells by itself. */
export interface Events {
  BLOCK_IO_ERROR: {
    device: string;
    'node-name'?: string;
    operation: 'read' | 'write';
    action: 'ignore' | 'report' | 'stop';
    nospace?: boolean;
    reason: string;
  };
  DEVICE_DELETED: { device?: string; path: string };
  GUEST_PANICKED: {
    action: 'pause' | 'poweroff' | 'run';
    info?:
      | ({ type: 'hyper-v' } & { arg1: number; arg2: number; arg3: number; arg4: number; arg5: number })
      | ({ type: 's390' } & {
          core: number;
          'psw-mask': number;
          'psw-addr': number;
          reason: 'unknown' | 'disabled-wait' | 'extint-loop' | 'pgmint-loop' | 'opint-loop';
        });
  };
  MIGRATION: { status: MigrationStatus };
  MIGRATION_PASS: { pass: number };
  POWERDOWN: NoMembers;
  RESET: {
    guest: boolean;
    reason:
      | 'none'
      | 'host-error'
      | 'host-qmp-quit'
      | 'host-qmp-system-reset'
      | 'host-signal'
      | 'host-ui'
      | 'guest-shutdown'
      | 'guest-reset'
      | 'guest-panic'
      | 'subsystem-reset'
      | 'snapshot-load';
  };
  RESUME: NoMembers;
  SHUTDOWN: {
    guest: boolean;
    reason:
      | 'none'
      | 'host-error'
      | 'host-qmp-quit'
      | 'host-qmp-system-reset'
      | 'host-signal'
      | 'host-ui'
      | 'guest-shutdown'
      | 'guest-reset'
      | 'guest-panic'
      | 'subsystem-reset'
      | 'snapshot-load';
  };
  STOP: NoMembers;
  UNPLUG_PRIMARY: { 'device-id': string };
}
