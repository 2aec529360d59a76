// The arrows between the parts of the app (see ARCHITECTURE.md). Imports of types count as well.

/** Modules under `folder`, as a pattern. */
const under = (folder) => `^${folder}/`;

/** Only these parts of the app may be imported from `folder` (packages are not concerned). */
const only = (name, folder, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: folder.startsWith('^') ? folder : under(folder) },
  to: { path: '^(main|renderer|scripts|tests)/', pathNot: allowed },
});

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Modules that need one another are one module, or hide a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      from: {},
      // The benchmark compares with TensorFlow.js where that is installed, and says so where it is not.
      to: { couldNotResolve: true, pathNot: '^(virtual:|vite/|@tensorflow/)' },
    },
    {
      name: 'no-undeclared-packages',
      comment: 'A package must be in package.json, not there by luck because another package needs it.',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'no-development-packages',
      comment:
        'What runs outside the page is not bundled: its packages must be `dependencies`. Electron is the host itself.',
      severity: 'error',
      from: { path: under('main'), pathNot: [under('main/electron'), '^main/rpc/.*-channel'] },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-orphans',
      comment: 'A module that nothing imports and that imports nothing is left over.',
      severity: 'error',
      // types of a package that brings none are imported by its name
      from: { orphan: true, path: '^(main|renderer)/', pathNot: ['\\.d\\.ts$', 'faces/d3-dsv\\.ts$'] },
      to: {},
    },
    only(
      'contract-stands-alone',
      'main/contract',
      [under('main/contract')],
      'Everyone may import the contract, so it imports nothing.',
    ),
    {
      name: 'contract-by-its-entry',
      comment: 'One way to import the contract; its files are there to be read.',
      severity: 'error',
      from: { pathNot: under('main/contract') },
      to: { path: under('main/contract'), pathNot: '^main/contract/index\\.ts$' },
    },
    only(
      'rpc-knows-the-contract',
      'main/rpc',
      [under('main/rpc'), '^main/contract'],
      'It carries calls, whatever they are.',
    ),
    only(
      'renderer-through-the-contract',
      'renderer',
      [under('renderer'), '^main/contract', under('main/rpc'), '^main/engine/(maths|space)/'],
      'The page reaches the engine through the contract, never by importing it; mathematics is the same on both sides.',
    ),
    only(
      'scene-stands-alone',
      'renderer/scene',
      [under('renderer/scene'), under('renderer/scheduling'), '^main/engine/(maths|space)/', '^main/contract'],
      'The scene is three.js and geometry.',
    ),
    only(
      'page-offers-ground',
      '^renderer/(formats|platform|scheduling)/',
      ['^renderer/(formats|platform|scheduling)/'],
      'How numbers are written, what the browser offers and which work counts: everyone in the window builds on it.',
    ),
    only(
      'words-stand-below-state',
      'renderer/i18n',
      ['^renderer/(i18n|formats|platform)/', '^main/contract'],
      'State and panels speak with its words.',
    ),
    only(
      'state-knows-no-panels',
      'renderer/state',
      [
        '^renderer/(state|scene|i18n|formats|platform|scheduling)/',
        '^main/contract',
        under('main/rpc'),
        '^main/engine/(maths|space)/',
      ],
      'Panels show the state; it lives without them.',
    ),
    {
      name: 'scene-without-framework',
      severity: 'error',
      from: { path: under('renderer/scene') },
      to: { path: 'node_modules/', pathNot: 'node_modules/(@types/)?three/' },
    },
    {
      name: 'renderer-without-node',
      severity: 'error',
      from: { path: under('renderer') },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'onnxruntime-silenced',
      comment: 'Imported elsewhere it would load with its telemetry on.',
      severity: 'error',
      from: { path: '^(main|renderer|scripts|tests)/', pathNot: under('main/engine/onnxruntime') },
      to: { path: '^onnxruntime-|node_modules/onnxruntime-' },
    },
    {
      name: 'sharp-by-its-allow-list',
      comment: 'Imported elsewhere it would read whatever it can.',
      severity: 'error',
      from: { path: under('main'), pathNot: '^main/engine/sharp\\.ts$' },
      to: { path: '^sharp$|node_modules/sharp/' },
    },
    only(
      'onnxruntime-stands-alone',
      'main/engine/onnxruntime',
      [under('main/engine/onnxruntime')],
      'The library, silenced.',
    ),
    {
      name: 'electron-in-its-host',
      comment: 'Only the Electron host knows Electron.',
      severity: 'error',
      from: { path: '^(main|renderer)/', pathNot: under('main/electron') },
      to: { path: '^electron$|node_modules/electron/' },
    },
    only(
      'hosts-start-the-engine',
      '^main/(electron|browser)/',
      ['^main/(electron|browser|host|rpc)/', '^main/contract/'],
      'Hosts start the engine as a process; they do not import it.',
    ),
    {
      name: 'hosts-do-not-know-one-another',
      severity: 'error',
      from: { path: '^main/(electron|browser)/' },
      to: { path: '^main/(electron|browser)/', pathNot: '^main/$1/' },
    },
    only(
      'engine-without-host',
      'main/engine',
      [under('main/engine'), under('main/rpc'), '^main/contract'],
      'It runs under any host.',
    ),
    only(
      'maths-is-the-ground-floor',
      'main/engine/maths',
      [under('main/engine/maths'), '^main/contract'],
      'Numbers, matrices and distributions, whatever they stand for.',
    ),
    only(
      'training-is-a-library',
      'main/engine/training',
      ['^main/engine/(training|maths|onnxruntime)/', '^main/engine/scheduling/start'],
      'It computes, and knows nothing of the app.',
    ),
    only(
      'space-is-geometry',
      'main/engine/space',
      ['^main/engine/(space|maths)/', '^main/contract'],
      'Pure geometry of latent space.',
    ),
    {
      name: 'maths-and-space-do-no-io',
      severity: 'error',
      from: { path: '^main/engine/(maths|space)/' },
      to: { path: ['node_modules/(onnxruntime-node|sharp)/'] },
    },
    {
      name: 'maths-and-space-without-node',
      comment: 'The page runs them as well.',
      severity: 'error',
      from: { path: '^main/engine/(maths|space)/' },
      to: { dependencyTypes: ['core'] },
    },
    only(
      'models-and-images-below-the-rest',
      '^main/engine/(models|images)/',
      [
        '^main/engine/(models|images|files|space|maths|scheduling|onnxruntime)/',
        '^main/engine/training/onnx', // how a network is written
        '^main/rpc', // failures cross processes as they cross channels
        '^main/engine/[^/]+\\.ts$',
        '^main/contract',
      ],
      'Training and runs build on models and images, not the other way round.',
    ),
    only(
      'scores-and-exports-look-at-models',
      '^main/engine/(scores|exports)/',
      [
        '^main/engine/(scores|exports|files|space|maths|models|images|scheduling|onnxruntime)/',
        '^main/engine/training/(graph|runtime)',
        '^main/engine/[^/]+\\.ts$',
        '^main/contract',
        '^main/rpc',
      ],
      'They measure and save what models do; they do not train. Large products are computed as graphs.',
    ),
    only(
      'an-open-model-answers',
      'main/engine/open-model',
      [
        '^main/engine/(open-model|scores|space|maths|models|images|scheduling)/',
        '^main/engine/[^/]+\\.ts$',
        '^main/contract',
      ],
      'It answers for a model that is open; what is made of the answers is for others.',
    ),
    only(
      'scheduling-knows-no-work',
      'main/engine/scheduling',
      [under('main/engine/scheduling'), '^main/contract'],
      'It says when work is done, whatever it is.',
    ),
    only(
      'files-know-no-content',
      'main/engine/files',
      [under('main/engine/files'), '^main/contract'],
      'They are read and written whole, whatever is in them.',
    ),
    only(
      'experiment-uses-what-is-there',
      'main/engine/experiment',
      [
        '^main/engine/(experiment|runs|scores|exports|files|models|images|scheduling)/',
        '^main/engine/[^/]+\\.ts$',
        '^main/contract',
      ],
      'It trains as anyone does, and measures as anyone does.',
    ),
    only('host-serves-hosts', 'main/host', ['^main/(host|rpc)/', '^main/contract'], 'What both hosts share.'),
    only(
      'cli-is-a-host',
      '^main/cli',
      ['^main/cli', under('main/engine'), '^main/contract'],
      'The terminal uses the engine itself.',
    ),
    {
      name: 'nobody-imports-tests',
      severity: 'error',
      from: { path: '^(main|renderer|scripts)/' },
      to: { path: under('tests') },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|release)/' },
    tsPreCompilationDeps: true,
    detectJSDocImports: false,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.svelte.ts', '.mjs', '.js', '.svelte', '.d.ts'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types', 'svelte'],
    },
  },
};
