// `npm run check-package`: looks at the app that `npm run package` has packed for this system, and uses it with its own Node.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { faultsOf } from './package/after-pack.mjs';
import { packedResources } from './package/places.mjs';
import { useApp } from './package/use-app.mjs';
import { runScript, say, SetupError } from './setup.mjs';

const HERE = { linux: 'linux', darwin: 'mac', win32: 'win' };

void runScript(async () => {
  const platform = /** @type {'linux' | 'mac' | 'win'} */ (HERE[/** @type {keyof typeof HERE} */ (process.platform)]);
  const app = join(packedResources(platform, process.arch), 'latentscape');
  const faults = await faultsOf(app, platform, process.arch);
  if (faults.length > 0) throw new SetupError(faults.join('\n'));
  const work = await mkdtemp(join(tmpdir(), 'latentscape-package-'));
  try {
    await useApp({ node: join(app, platform === 'win' ? 'node.exe' : 'node'), app, work });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  say('The packed app trains, samples and serves its window with its own Node.');
});
