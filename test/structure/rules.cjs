/** Who may import whom. `npm run structure` checks it; test/structure/rules.test.ts shows that it would notice. */
const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { path: '^(libs|workflows|apps)/', pathNot: [from, ...allowed] },
});

module.exports = {
  forbidden: [
    only('domain-imports-nothing', '^libs/domain/', [], 'The domain is pure.'),
    only('contracts-import-domain', '^libs/contracts/', ['^libs/domain/'], 'domain ← contracts'),
    only('client-imports-contracts', '^libs/client/', ['^libs/domain/', '^libs/contracts/'], 'contracts ← client'),
    only('processes-import-nothing', '^libs/processes/', [], 'They know nothing of guests.'),
    only('qmp-imports-domain', '^libs/qmp/', ['^libs/domain/', '^libs/processes/'], 'domain, processes ← qmp'),
    only('persistence-imports-domain', '^libs/persistence/', ['^libs/domain/'], 'domain ← persistence'),
    only(
      'workflows-import-contracts',
      '^workflows/',
      ['^libs/domain/', '^libs/contracts/src/(?!http/|payloads/)'],
      'Workflows run in the sandbox: no zod, no client, nothing compressed.',
    ),
    {
      name: 'domain-and-contracts-are-self-contained',
      comment: 'They load in the sandbox.',
      severity: 'error',
      from: { path: '^libs/(domain|contracts)/src/(?!http/|payloads/)', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['npm', 'npm-dev', 'core'] },
    },
    {
      name: 'workflows-are-deterministic',
      comment: 'Nothing but the SDK: no clock, chance or I/O.',
      severity: 'error',
      from: { path: '^workflows/src/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['npm', 'npm-dev', 'core'], pathNot: '@temporalio/(workflow|common)' },
    },
    {
      name: 'apps-stay-apart',
      comment: 'Apps import libraries, never one another.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'only-the-worker-runs-workflows',
      severity: 'error',
      from: { path: '^apps/(?!worker/)' },
      to: { path: '^workflows/' },
    },
    { name: 'libraries-know-no-app', severity: 'error', from: { path: '^(libs|workflows)/' }, to: { path: '^apps/' } },
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/dist/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      conditionNames: ['@ferry/source', 'import', 'node', 'default'],
      exportsFields: ['exports'],
      extensions: ['.ts', '.js', '.mjs', '.json'],
    },
  },
};
