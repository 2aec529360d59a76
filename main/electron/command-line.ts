/** The command line of a packaged app: `Latentscape cli …`, where a package puts no command of its own on the path. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** The argument that asks for it. */
const COMMAND = 'cli';

/**
 * Runs the command line in place of the app, under the package's own Node.
 * @param argv the app's arguments, its program first
 * @param folder of the app's engine and command: `bin`, `dist` and Node lie in it
 * @returns the exit code; null where the arguments ask for the app
 */
export function runCommandLine(argv: readonly string[], folder: string): number | null {
  if (argv[1] !== COMMAND) return null;
  // Ctrl-C reaches the whole process group: the command ends in its own way, and this process after it.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
  const node = join(folder, process.platform === 'win32' ? 'node.exe' : 'node');
  const { status, error } = spawnSync(node, [join(folder, 'bin/latentscape.mjs'), ...argv.slice(2)], {
    stdio: 'inherit',
  });
  if (error) console.error(`The command line could not be started: ${error.message}`);
  return status ?? 1;
}
