// `npm test`: sets up, runs the unit tests and the end-to-end tests, and closes with one line that adds both up. The
// numbers are the runners' own.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './root.mjs';
import { ensureBuild, ensureChromium, ensureDependencies, runScript } from './setup.mjs';
import { softwareVulkan } from './vulkan.mjs';

/** Hosts that are tested with every commit; what the others show takes too long for that (playwright.config.ts). */
const PROJECTS = ['browser', 'emulated', 'electron'];

/** @typedef {{ passed: number, failed: number, skipped: number, reasons: string[] }} Result */

void runScript(async () => {
  await ensureDependencies();
  await ensureBuild();
  process.env.CHROME_PATH ??= await ensureChromium();

  const folder = await mkdtemp(join(tmpdir(), 'latentscape-test-'));
  const results = [await vitest(join(folder, 'vitest.json')), await playwright(join(folder, 'playwright.json'))];
  await rm(folder, { recursive: true });

  /** @param {'passed' | 'failed' | 'skipped'} what */
  const total = (what) => results.reduce((sum, result) => sum + result[what], 0);
  for (const reason of new Set(results.flatMap(({ reasons }) => reasons))) console.log(`Skipped: ${reason}`);
  console.log(`${total('passed')} passed, ${total('failed')} failed, ${total('skipped')} skipped`);
  // No test at all is no success either.
  if (total('failed') > 0 || total('passed') === 0) process.exitCode = 1;
});

/**
 * Runs the unit tests.
 * @param {string} report where to
 * @returns {Promise<Result>}
 */
async function vitest(report) {
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile=${report}`];
  const code = await run('vitest/vitest.mjs', args, softwareVulkan(process.env.CHROME_PATH));
  const { numPassedTests, numPendingTests, numTodoTests, testResults } = await read(report);
  /** @type {{ status: string, assertionResults: { status: string }[] }[]} */
  const files = testResults ?? [];
  // A file that could not be loaded has no tests, and is a failure.
  const failed = files.reduce((sum, { status, assertionResults }) => {
    const tests = assertionResults.filter((test) => test.status === 'failed').length;
    return sum + (status === 'failed' ? Math.max(tests, 1) : tests);
  }, 0);
  return {
    passed: numPassedTests ?? 0,
    failed: atLeastOne(failed, code),
    skipped: (numPendingTests ?? 0) + (numTodoTests ?? 0),
    reasons: [],
  };
}

/**
 * Runs the end-to-end tests.
 * @param {string} report where to
 * @returns {Promise<Result>}
 */
async function playwright(report) {
  const projects = PROJECTS.map((name) => `--project=${name}`);
  const code = await run('@playwright/test/cli.js', ['test', '--reporter=list,json', ...projects], {
    PLAYWRIGHT_JSON_OUTPUT_FILE: report,
  });
  const { stats, errors = [], suites = [] } = await read(report);
  return {
    passed: stats?.expected ?? 0,
    failed: atLeastOne((stats?.unexpected ?? 0) + (stats?.flaky ?? 0) + errors.length, code),
    skipped: stats?.skipped ?? 0,
    reasons: suites.flatMap(skipReasons),
  };
}

/** Why tests were skipped. @param {any} suite of Playwright's report @returns {string[]} */
function skipReasons({ suites = [], specs = [] }) {
  return [
    ...suites.flatMap(skipReasons),
    ...specs
      .flatMap((/** @type {any} */ spec) => spec.tests)
      .filter((/** @type {any} */ test) => test.status === 'skipped')
      .flatMap((/** @type {any} */ test) =>
        test.annotations
          .filter((/** @type {any} */ { type }) => type === 'skip')
          .map((/** @type {any} */ { description }) => `${test.projectName}: ${description}`),
      ),
  ];
}

/**
 * A runner that fails without naming a test (it crashed, or could not be started) counts as one failure.
 * @param {number} failed
 * @param {number} code
 */
function atLeastOne(failed, code) {
  return code === 0 ? failed : Math.max(failed, 1);
}

/** A runner's report; empty when it did not get to write one. @param {string} file */
async function read(file) {
  return JSON.parse(await readFile(file, 'utf8').catch(() => '{}'));
}

/**
 * Runs a program of node_modules, with its output here.
 * @param {string} script
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<number>} its exit code
 */
function run(script, args, env = {}) {
  const program = spawn(process.execPath, [join(root, 'node_modules', script), ...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  });
  return new Promise((resolve) => {
    program.once('error', () => resolve(1));
    program.once('exit', (code) => resolve(code ?? 1));
  });
}
