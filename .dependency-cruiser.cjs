// The import rules of the layout. `npm run check` also fails when no module was cruised.
const domain = [
  'settings',
  'filters',
  'events',
  'tokens',
  'webhooks',
  'directory',
  'installation',
  'inbound',
  'applications',
  'provisioning',
  'imports',
  'sso',
  'moves',
  'batches',
  'home',
];
const infrastructure = ['crypto', 'http', 'db', 'queue', 'mail', 'throttle'];

const in_ = (...folders) => `^lib/(${folders.join('|')})/`;

/** Tests, and what only they use: a folder `testing` in each room. */
const tests = '(\\.test\\.tsx?$|/testing/)';

/** Each domain folder may import those left of it, never right. */
const domainOrder = domain.slice(0, -1).map((folder, index) => ({
  name: `domain-order-${folder}`,
  comment: `${folder} must not know ${domain.slice(index + 1).join(', ')}: enqueue a task, whose handler lives above.`,
  severity: 'error',
  from: { path: in_(folder), pathNot: tests },
  to: { path: in_(...domain.slice(index + 1)) },
}));

/** What browser code may import as values. */
const browserSafe =
  '^lib/(core/|mappings/|[^/]+/schema\\.ts$|(applications|provisioning)/settings\\.ts$|applications/catalogue/[^/]+\\.ts$|scim/(authentication|connection-steps|path|profile)\\.ts$)';

module.exports = {
  forbidden: [
    ...domainOrder,
    {
      name: 'no-circular',
      comment: 'A cycle hides which of two modules is the lower one; one of types alone does too.',
      severity: 'error',
      from: { pathNot: '^lib/db/generated/' },
      to: { circular: true },
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'core-imports-nothing',
      comment: 'lib/core is below everything (zod aside).',
      severity: 'error',
      from: { path: in_('core'), pathNot: tests },
      to: { pathNot: ['^lib/core/', '^node_modules/zod/'] },
    },
    {
      name: 'infrastructure-imports-core',
      comment: 'crypto, http, db, queue, mail and throttle know core and each other, nothing of the domain.',
      severity: 'error',
      from: { path: in_(...infrastructure), pathNot: tests },
      to: { path: '^lib/', pathNot: in_('core', ...infrastructure) },
    },
    {
      name: 'protocol-is-pure',
      comment: 'saml, scim and mappings: no database, no framework.',
      severity: 'error',
      from: { path: in_('saml', 'scim', 'mappings'), pathNot: tests },
      to: {
        path: ['^lib/', '^node_modules/(next|pg|@prisma|undici|graphile-worker)/'],
        pathNot: in_('core', 'http', 'saml', 'scim', 'mappings'),
      },
    },
    {
      name: 'network-is-injected',
      comment: 'Protocol code is handed a client: it knows its type and its errors, and never makes one.',
      severity: 'error',
      from: { path: in_('saml', 'scim', 'mappings'), pathNot: tests },
      to: { path: in_('http'), pathNot: '^lib/http/errors\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'samlify-behind-its-adapter',
      comment:
        'samlify reads and writes metadata, in one place; it verifies nothing but what is measured (docs/adr/0003-saml-core.md).',
      severity: 'error',
      from: { pathNot: ['^lib/saml/samlify-metadata\\.ts$', '^bench/samlify-peer\\.ts$', tests] },
      to: { path: '^node_modules/samlify/' },
    },
    {
      name: 'installation-and-settings',
      comment:
        'Settings are values that every room reads; what changes them or the installation is an event, so it stands above.',
      severity: 'error',
      from: { path: in_('settings'), pathNot: tests },
      to: { path: '^lib/', pathNot: in_('core', 'db', 'settings') },
    },
    {
      name: 'protocols-apart',
      comment: 'Of another protocol, only mappings may use scim/path.ts.',
      severity: 'error',
      from: { path: '^lib/(saml|scim|mappings)/' },
      to: { path: in_('saml', 'scim', 'mappings'), pathNot: ['^lib/$1/', '^lib/scim/path\\.ts$'] },
    },
    {
      name: 'protocol-below-domain',
      severity: 'error',
      from: { path: in_('saml', 'scim', 'mappings', ...infrastructure) },
      to: { path: in_(...domain, 'auth', 'api', 'worker') },
    },
    {
      name: 'only-auth-knows-next',
      comment: 'lib/auth is the only lib folder that knows the framework; lib/web starts it.',
      severity: 'error',
      from: { path: '^lib/', pathNot: ['^lib/auth/', '^lib/web/'] },
      to: {
        path: ['^node_modules/(next|next-auth|react|react-dom)/', '^lib/auth/'],
        pathNot: '^lib/auth/permissions\\.ts$',
      },
    },
    {
      name: 'api-above-domain',
      comment: 'The HTTP API calls the domain; only the routes, the pages and the server before them call it.',
      severity: 'error',
      from: { path: '^lib/', pathNot: ['^lib/api/', '^lib/web/'] },
      to: { path: '^lib/api/' },
    },
    {
      name: 'nobody-imports-worker',
      severity: 'error',
      from: { pathNot: ['^lib/worker/', tests] },
      to: { path: '^lib/worker/' },
    },
    {
      name: 'nobody-imports-web',
      comment: 'The server before everything.',
      severity: 'error',
      from: { pathNot: ['^lib/web/', tests] },
      to: { path: '^lib/web/' },
    },
    {
      name: 'sandbox-shares-nothing',
      comment: 'Two independent implementations meet in the sandbox.',
      severity: 'error',
      from: { path: '^sandbox/' },
      to: { path: '^(lib|app|components|prisma|scripts)/' },
    },
    {
      name: 'nobody-imports-sandbox',
      severity: 'error',
      from: { pathNot: ['^sandbox/', '^(scripts|e2e|bench)/', tests] },
      to: { path: '^sandbox/' },
    },
    {
      name: 'lib-below-app',
      severity: 'error',
      from: { path: '^(lib|components)/' },
      to: { path: '^app/' },
    },
    {
      name: 'lib-below-components',
      severity: 'error',
      from: { path: '^lib/' },
      to: { path: '^components/' },
    },
    {
      name: 'components-take-props',
      comment: 'Components get data and actions as props: they import browser-safe modules, and types from anywhere.',
      severity: 'error',
      from: { path: '^components/', pathNot: '\\.test\\.tsx?$' },
      to: { path: '^lib/', pathNot: browserSafe, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'planning-sends-nothing',
      comment:
        'What is planned needs settings, mappings, capabilities and the directory: never the token, the client or the engine.',
      severity: 'error',
      from: { path: '^lib/provisioning/plan/', pathNot: tests },
      to: {
        path: [
          '^lib/provisioning/(engine/|connection\\.ts$)',
          '^lib/scim/(client|transport)\\.ts$',
          '^lib/(http|crypto)/',
        ],
        reachable: true,
      },
    },
    {
      name: 'internal-is-private',
      comment: 'internal/ of a folder is for that folder.',
      severity: 'error',
      from: { path: '^lib/([^/]+)/' },
      to: { path: '^lib/.+/internal/', pathNot: '^lib/$1/' },
    },
    {
      name: 'internal-is-private-outside-lib',
      severity: 'error',
      from: { path: '^(app|components|scripts|prisma|e2e)/' },
      to: { path: '^lib/.+/internal/' },
    },
    {
      name: 'tests-are-not-imported',
      severity: 'error',
      from: { pathNot: '\\.test\\.tsx?$' },
      to: { path: '\\.test\\.tsx?$' },
    },
    {
      name: 'testing-is-for-tests',
      comment: 'What tests share stands in a folder `testing`; nothing that is shipped needs it.',
      severity: 'error',
      from: { path: '^(app|components|lib|sandbox)/', pathNot: tests },
      to: { path: '/testing/' },
    },
    {
      name: 'not-to-dev-dependency',
      comment: 'What the product runs on must be a dependency.',
      severity: 'error',
      from: { path: '^(app|components|lib|sandbox)/', pathNot: tests },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: '^node_modules/@types/' },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '^lib/db/generated/'] },
    exclude: { path: ['^\\.next/', '^dist/', '^\\.data/'] },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types', 'typings'],
    },
  },
};
