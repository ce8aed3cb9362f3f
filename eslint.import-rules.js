/**
 * Who may import whom, as data (CONTRIBUTING.md, "Import rules"), and the ESLint configuration made of it.
 * Every import in this repository names its target in its text: a package, `node:…`, another lib's alias (`#kernel`), or
 * a relative path inside the same lib. So the core rules see every arrow without resolving a single module.
 */

const CLOCK_AND_CHANCE = [
  ['MemberExpression[object.name="Date"][property.name="now"]', 'Time is a port: take a Clock, or the instant in the command.'],
  ['NewExpression[callee.name="Date"][arguments.length=0]', 'Time is a port: take a Clock, or the instant in the command.'],
  ['CallExpression[callee.name="Date"]', 'Time is a port: take a Clock, or the instant in the command.'],
  ['MemberExpression[object.name="Math"][property.name="random"]', 'Chance is a port: take what was drawn as an argument.'],
  ['Identifier[name=/^(randomUUID|randomBytes|getRandomValues)$/]', 'Ids are derived (derivedId of #kernel) or come in with the command.'],
  [
    'ImportDeclaration[source.value="uuid"] ImportSpecifier[imported.name=/^v[1467]$/]',
    'Ids are derived (derivedId of #kernel) or come in with the command.',
  ],
].map(([selector, message]) => ({ selector, message }));

const FRAMEWORK_ONLY_AT_THE_EDGE = {
  regex: '^(@nestjs/|class-validator$|class-transformer$)',
  message: 'Only libs/application and apps/ know the framework.',
};
const NO_NODE = { regex: '^node:', message: 'This lib is pure: what touches the machine belongs behind a port, in an engine or an app.' };
const UUID_ONLY = { regex: '^(?!uuid$|[.#])', message: 'The kernel depends on nothing but uuid.' };

/** The one file of a pure lib that may read the machine's clock: the port's implementation for real time. */
const REAL_TIME = 'real-time.ts';

/** `ours`: the aliases that the lib may import. `forbidden`: what else it must not. `pure`: no clock, no chance, except where `realTime` says so. */
export const ZONES = [
  { lib: 'kernel', ours: [], forbidden: [UUID_ONLY], pure: true },
  { lib: 'migration', ours: ['kernel'], forbidden: [NO_NODE, FRAMEWORK_ONLY_AT_THE_EDGE], pure: true },
  { lib: 'event-sourcing', ours: ['kernel'], forbidden: [FRAMEWORK_ONLY_AT_THE_EDGE], pure: true },
  { lib: 'messaging', ours: ['kernel'], forbidden: [FRAMEWORK_ONLY_AT_THE_EDGE], pure: true },
  { lib: 'partner-center', ours: ['kernel'], forbidden: [FRAMEWORK_ONLY_AT_THE_EDGE], pure: false },
  { lib: 'engines/*', ours: ['kernel', 'event-sourcing', 'messaging'], forbidden: [FRAMEWORK_ONLY_AT_THE_EDGE], pure: false },
  { lib: 'read-models', ours: ['kernel', 'migration', 'event-sourcing'], forbidden: [FRAMEWORK_ONLY_AT_THE_EDGE], pure: true },
  { lib: 'imports', ours: ['kernel'], forbidden: [FRAMEWORK_ONLY_AT_THE_EDGE], pure: true },
  { lib: 'conformance', ours: ['kernel', 'event-sourcing', 'messaging'], forbidden: [FRAMEWORK_ONLY_AT_THE_EDGE], pure: false },
  {
    lib: 'application',
    ours: ['kernel', 'migration', 'event-sourcing', 'messaging', 'partner-center', 'read-models', 'imports'],
    forbidden: [],
    pure: true,
    realTime: true,
  },
];

/** Specs stand outside of the layers (they may name an engine), but they too stay inside their lib with relative paths. */
const SPECS = ['**/*spec.ts'];
const DEEPEST_FOLDER = 6;

/** The core rule does not see `import()`: the same patterns once more, as selectors. */
function forImportExpressions(patterns) {
  return patterns.map(({ regex, message }) => ({
    selector: `ImportExpression[source.value=/${regex.replaceAll('/', '\\u002F')}/]`,
    message,
  }));
}

const COMPUTED_IMPORT = {
  selector: 'ImportExpression:not([source.type="Literal"])',
  message: 'Name the imported module as a literal, so that the import rules can see it.',
};

function onlyTheseOfOurs({ lib, ours }) {
  const allowed = ours.map((alias) => `#${alias}`).join(', ') || 'nothing of ours';
  return { regex: ours.length === 0 ? '^#' : `^#(?!(${ours.join('|')})$)`, message: `libs/${lib} may import ${allowed}.` };
}

function leavesTheLib(depth) {
  return { regex: `^(\\./)*(\\.\\./){${depth + 1}}`, message: 'A relative import stays inside its lib: use the other lib’s alias.' };
}

function forbidding(files, patterns, syntax, except = []) {
  return {
    files,
    ...(except.length > 0 && { ignores: except }),
    rules: {
      'no-restricted-imports': ['error', { patterns }],
      'no-restricted-syntax': ['error', ...syntax, COMPUTED_IMPORT, ...forImportExpressions(patterns)],
    },
  };
}

function named(files, name) {
  return files.map((glob) => glob.replace('*.{ts,js}', name));
}

/** One block a zone and folder depth, because how many `../` leave the lib depends on where the file lies. */
function zoneBlocks(zone) {
  const syntax = zone.pure ? CLOCK_AND_CHANCE : [];
  return Array.from({ length: DEEPEST_FOLDER + 1 }, (_, depth) => {
    const files = [`libs/${zone.lib}/${'*/'.repeat(depth)}*.{ts,js}`];
    const inside = leavesTheLib(depth);
    const patterns = [onlyTheseOfOurs(zone), ...zone.forbidden, inside];
    return [
      forbidding(files, patterns, syntax, SPECS),
      ...(zone.realTime ? [forbidding(named(files, REAL_TIME), patterns, [])] : []),
      forbidding(named(files, '*spec.ts'), [inside], syntax),
    ];
  }).flat();
}

const THROUGH_THE_FRONT_DOOR = {
  regex: '^\\.{1,2}/(.*/)?libs/',
  message: 'Import a lib through its alias, not by the path of one of its files.',
};

const NAMES_THAT_SAY_NOTHING = '{utils,util,common,helpers,helper,shared}';

export const importRules = [
  ...ZONES.flatMap(zoneBlocks),
  forbidding(['apps/**/*.ts'], [THROUGH_THE_FRONT_DOOR], []),
  {
    files: ['kernel', 'migration'].map((lib) => `libs/${lib}/**/*.ts`),
    ignores: SPECS,
    rules: {
      'no-restricted-globals': [
        'error',
        ...['process', 'performance', 'crypto', 'fetch', 'setTimeout', 'setInterval', 'setImmediate', 'console', 'Buffer'].map((name) => ({
          name,
          message: 'This lib is pure: what touches the machine belongs behind a port, in an engine or an app.',
        })),
      ],
    },
  },
  {
    files: [`{apps,libs,test}/**/${NAMES_THAT_SAY_NOTHING}/**`, `{apps,libs,test}/**/${NAMES_THAT_SAY_NOTHING}.ts`],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: 'Program', message: 'Name the file and its folder after what they hold, in the words of the field.' },
      ],
    },
  },
];
