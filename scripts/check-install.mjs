// `npm run check-install`: packs the npm package, installs it from the file into an empty prefix, and uses it from an
// empty folder: the command line, and the app in the browser host.
import { spawnSync } from 'node:child_process';
import { mkdtemp, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './root.mjs';
import { ensureDependencies, runScript, say, SetupError } from './setup.mjs';
import { useApp } from './package/use-app.mjs';

void runScript(async () => {
  await ensureDependencies();
  const folder = await mkdtemp(join(tmpdir(), 'latentscape-install-'));
  try {
    const [prefix, work] = [join(folder, 'prefix'), join(folder, 'work')];
    for (const each of [prefix, work]) await mkdir(each);
    npm(['pack', '--pack-destination', folder], root);
    const tarball = join(folder, (await readdir(folder)).find((name) => name.endsWith('.tgz')) ?? '');
    say(`The npm package has ${((await stat(tarball)).size / 1e6).toFixed(0)} MB.`);
    // --ignore-scripts: the one script among the packages would fetch libraries for CUDA, which nothing here uses
    npm(['install', '--global', '--ignore-scripts', '--prefix', prefix, tarball], work);
    const modules = process.platform === 'win32' ? 'node_modules' : 'lib/node_modules';
    await useApp({ node: process.execPath, app: join(prefix, modules, 'latentscape'), work });
    say('The installed command trains, samples and serves its window.');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

/** @param {string[]} args @param {string} cwd */
function npm(args, cwd) {
  const script = process.env.npm_execpath;
  const [command, first] = script?.endsWith('.js') ? [process.execPath, [script]] : ['npm', []];
  const options = {
    cwd,
    encoding: /** @type {const} */ ('utf8'),
    shell: command === 'npm' && process.platform === 'win32',
  };
  const { status, stdout, stderr } = spawnSync(command, [...first, ...args, '--loglevel=error'], options);
  if (status !== 0) throw new SetupError(`npm ${args[0]} failed:\n${stdout}${stderr}`);
}
