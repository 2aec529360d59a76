import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';

// Which part may import which is checked by dependency-cruiser; layout by Prettier.
const unsafeRules = Object.fromEntries(
  ['assignment', 'member-access', 'argument', 'call', 'return'].map((name) => [
    `@typescript-eslint/no-unsafe-${name}`,
    'off',
  ]),
);

export default ts.config(
  { ignores: ['dist/', 'release/', 'test-results/', 'playwright-report/', '**/*.d.ts'] },
  js.configs.recommended,
  ts.configs.recommendedTypeChecked,
  svelte.configs.recommended,
  {
    languageOptions: {
      globals: { ...globals.node, ...globals.browser },
      parserOptions: {
        projectService: { allowDefaultProject: ['*.js', '*.cjs'] },
        extraFileExtensions: ['.svelte'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': ['error', { allow: ['error', 'warn'] }],
      'object-shorthand': 'error',
      'prefer-const': 'error',
      // TypeScript knows better which names exist.
      'no-undef': 'off',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // Interfaces here are written as methods; whether one needs its object is not theirs to say.
      '@typescript-eslint/unbound-method': 'off',
      // A function may be async because its interface is.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser } },
  },
  {
    // Types inside templates are beyond this parser; svelte-check looks at them.
    files: ['**/*.svelte'],
    rules: unsafeRules,
  },
  {
    // Plain JavaScript is checked by TypeScript through its JSDoc; what libraries return as `any` is looked at there.
    files: ['**/*.mjs', '**/*.js', '**/*.cjs'],
    ...ts.configs.disableTypeChecked,
  },
  {
    // Scripts and tests talk to a terminal.
    files: ['bin/**', 'scripts/**', 'tests/**', 'main/cli*', 'main/cli/**'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['tests/**'],
    rules: unsafeRules,
  },
  {
    // The system's setting is half of the answer: the window has a switch of its own.
    files: ['renderer/**'],
    ignores: ['renderer/panels/parts/motion.ts', 'renderer/state/app.svelte.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          name: 'svelte/motion',
          importNames: ['prefersReducedMotion'],
          message: 'Use reducedMotion() of parts/motion.',
        },
      ],
    },
  },
);
