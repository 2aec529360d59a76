/** Shows a file among its neighbours in the file manager of the system. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { UserError } from '../../contract';

/** @throws UserError `not-found` where there is no file manager */
export async function showInFolder(file: string): Promise<void> {
  const [program, ...args] = {
    darwin: ['open', '-R', file],
    win32: ['explorer.exe', `/select,${file}`],
  }[process.platform as 'darwin'] ?? ['xdg-open', path.dirname(file)];
  await new Promise<void>((resolve, reject) => {
    const manager = spawn(program, args, { detached: true, stdio: 'ignore' });
    manager.once('error', () => reject(new UserError('not-found.file-manager', { path: file })));
    manager.once('spawn', () => {
      manager.unref();
      resolve();
    });
  });
}
