/**
 * One process a run. The lock is a socket that the holder listens on: the operating system takes it away with the
 * process, however that ends, so there are no stale locks and no guesses about process numbers.
 */
import { createHash } from 'node:crypto';
import { realpath, rm } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../../../contract';

/** A process that is being killed keeps its lock until its last step is over. */
const PATIENCE_MS = 5000;

/**
 * Waits a moment for the run of the model at `out` to be free and holds it.
 * @returns lets it go again; the end of the process does as well
 * @throws UserError `busy` while another process trains it
 */
export async function lockRun(out: string): Promise<() => Promise<void>> {
  const address = await addressOf(out);
  for (const until = performance.now() + PATIENCE_MS; ;) {
    const server = await listen(address);
    if (server) return () => new Promise((resolve) => server.close(() => resolve()));
    if (await isHeld(address)) {
      if (performance.now() > until) throw busy(out);
      await sleep(100);
    } else if (path.isAbsolute(address) && process.platform !== 'win32') {
      await rm(address, { force: true }); // the socket file of a process that was killed
    }
  }
}

/** Whether some process holds the run of the model at `out`. */
export const isLocked = async (out: string): Promise<boolean> => isHeld(await addressOf(out));

const busy = (out: string) => new UserError('busy.run-locked', { out });

/** Linux and Windows have names for sockets that are not files; elsewhere it is a file. */
async function addressOf(out: string): Promise<string> {
  const parent = await realpath(path.dirname(path.resolve(out))).catch(() => path.dirname(path.resolve(out)));
  const digest = createHash('sha256')
    .update(path.join(parent, path.basename(out)))
    .digest('hex')
    .slice(0, 32);
  const name = `latentscape-run-${digest}`;
  if (process.platform === 'linux') return `\0${name}`;
  return process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : path.join(os.tmpdir(), `${name.slice(0, 40)}.sock`);
}

/** Null when the address is taken. */
function listen(address: string): Promise<net.Server | null> {
  return new Promise((resolve, reject) => {
    const server = net.createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(null) : reject(error),
    );
    server.listen(address, () => resolve(server.unref()));
  });
}

function isHeld(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(address);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
