// Uses an app as it is installed: the command line makes faces, trains and samples; the browser host serves the page.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { SetupError } from '../setup.mjs';

/**
 * @param {{ node: string, app: string, work: string }} where node: what runs it; app: folder with `bin`; work: an empty folder
 * @throws {SetupError} when something does not work
 */
export async function useApp({ node, app, work }) {
  const entry = join(app, 'bin/latentscape.mjs');
  const env = { ...process.env, LATENTSCAPE_HOME: join(work, 'home'), npm_lifecycle_event: undefined };
  /** @param {string[]} args */
  const command = (...args) => {
    const { status, stdout, stderr } = spawnSync(node, [entry, ...args], { cwd: work, env, encoding: 'utf8' });
    if (status !== 0) throw new SetupError(`latentscape ${args.join(' ')} failed:\n${stdout}${stderr}`);
    return stdout;
  };
  command('--version');
  command('faces', '--count', '40', '--size', '32', '--out', 'faces');
  const settings = ['--size', '32', '--latent', '4', '--epochs', '2', '--batch', '8', '--width', 'small', '--no-align'];
  command('train', 'faces', '--kind', 'vae', '--out', 'model', ...settings);
  command('sample', join(app, 'models/faces-vae'), '--count', '4', '--out', 'bundled.png');
  command('sample', 'model', '--count', '4', '--out', 'sheet.png');
  for (const file of ['model/decoder.onnx', 'bundled.png', 'sheet.png']) {
    if (!existsSync(join(work, file))) throw new SetupError(`${file} was not made.`);
  }
  await useWindow({ node, app, entry, cwd: work, env });
}

/** @param {{ node: string, app: string, entry: string, cwd: string, env: NodeJS.ProcessEnv }} what */
async function useWindow({ node, app, entry, cwd, env }) {
  const host = spawn(node, [entry, '--host', 'browser', '--no-open'], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  for (const stream of [host.stdout, host.stderr]) stream.setEncoding('utf8').on('data', (text) => (printed += text));
  try {
    let address;
    for (let waited = 0; !address && waited < 30_000; waited += 100) {
      await sleep(100);
      address = /http:\/\/127\.0\.0\.1:\d+\/[\w-]+\/\?token=[\w-]+/.exec(printed)?.[0];
    }
    if (!address) throw new SetupError(`The window was not served:\n${printed}`);
    const cookie = (await fetch(address)).headers.get('set-cookie')?.split(';')[0] ?? '';
    const page = await fetch(new URL('.', address), { headers: { cookie } });
    if (!(await page.text()).includes('<script')) throw new SetupError('The page of the window is not whole.');
    await useEngine(new URL(address), cookie, app);
  } finally {
    const gone = new Promise((resolve) => host.once('exit', resolve));
    host.kill('SIGINT');
    await gone;
  }
}

/**
 * Opens a bundled model through the engine's channel, as the page does, with the app's own packages.
 * @param {URL} address
 * @param {string} cookie
 * @param {string} app
 */
async function useEngine({ host, origin, pathname }, cookie, app) {
  /** @type {typeof import('../../main/rpc/wire')} */
  const { pack, unpack } = await import(pathToFileURL(join(app, 'dist/main/rpc/wire.js')).href);
  const { WebSocket } = createRequire(join(app, 'package.json'))('ws');
  const socket = new WebSocket(`ws://${host}${pathname}engine`, { headers: { cookie, origin } });
  await once(socket, 'open');
  const call = { t: 'q', i: '1', m: 'openModel', a: [join(app, 'models/faces-vae')] };
  socket.send(pack(call));
  const [data] = await once(socket, 'message');
  socket.close();
  const answer = /** @type {{ r?: { card?: { latentSize: number } } }} */ (unpack(data));
  if (!answer.r?.card?.latentSize) throw new SetupError(`The engine opened no model: ${JSON.stringify(answer)}`);
}
