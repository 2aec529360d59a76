// `npm run screenshots`: makes every picture of README and guide from the real app, in every language of the window.
// `npm run screenshots -- -g twin` makes one of them.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from './root.mjs';
import { ensureBuild, ensureChromium, ensureDependencies, runScript, SetupError } from './setup.mjs';

void runScript(async () => {
  await ensureDependencies();
  await ensureBuild();
  process.env.CHROME_PATH ??= await ensureChromium();
  const args = ['test', '--config', join(root, 'tests/screenshots/playwright.config.ts'), '--reporter=list'];
  const playwright = spawn(
    process.execPath,
    [join(root, 'node_modules/@playwright/test/cli.js'), ...args, ...process.argv.slice(2)],
    { cwd: root, stdio: 'inherit' },
  );
  const code = await new Promise((resolve) => playwright.once('exit', resolve));
  if (code !== 0) throw new SetupError('Some pictures could not be made; the others are in docs/pictures.');
});
