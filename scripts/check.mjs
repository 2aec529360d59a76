// `npm run check`: types, lint rules, the arrows between the parts, layout, and whether it builds.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from './root.mjs';
import { ensureBuild, ensureDependencies, runScript, say, SetupError } from './setup.mjs';

/** @type {[name: string, script: string, args: string[]][]} */
const CHECKS = [
  ['Types', 'svelte-check/bin/svelte-check', ['--tsconfig', './tsconfig.json', '--fail-on-warnings']],
  ['Lint', 'eslint/bin/eslint.js', ['--max-warnings=0', '.']],
  [
    'Arrows',
    'dependency-cruiser/bin/dependency-cruise.mjs',
    ['--config', '.dependency-cruiser.cjs', 'bin', 'main', 'renderer', 'scripts', 'tests'],
  ],
  ['Layout', 'prettier/bin/prettier.cjs', ['--check', '--log-level=warn', '.']],
];

void runScript(async () => {
  await ensureDependencies();
  const failed = [];
  for (const [name, script, args] of CHECKS) {
    say(`${name}…`);
    if ((await run(join(root, 'node_modules', script), args)) !== 0) failed.push(name);
  }
  await ensureBuild({ force: true });
  if (failed.length > 0) throw new SetupError(`Failed: ${failed.join(', ')}.`);
  say('All checks passed.');
});

/**
 * @param {string} script
 * @param {string[]} args
 * @returns {Promise<number>} its exit code
 */
function run(script, args) {
  const program = spawn(process.execPath, [script, ...args], { cwd: root, stdio: 'inherit' });
  return new Promise((resolve) => program.once('exit', (code) => resolve(code ?? 1)));
}
