// `npm run -s cli -- <command>`: the command line, set up first. It runs in this process, so that signals, exit code,
// stdin and stdout are its own.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { onLauncherGone } from '../bin/launcher.mjs';
import { root } from './root.mjs';
import { ensureBuild, ensureDependencies, runScript } from './setup.mjs';

const cli = join(root, 'dist/main/cli.js');

onLauncherGone(() => {
  console.error('npm was ended, and with it this command. An unfinished training run can be resumed.');
  process.exit(1);
});

void runScript(async () => {
  await ensureDependencies();
  await ensureBuild();
  process.argv[1] = cli;
  await import(pathToFileURL(cli).href);
});
