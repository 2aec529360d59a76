/**
 * One holder at a time, over all processes of this user. A lock is a socket that the holder listens on: the operating
 * system takes it away with the process, however that ends, so there are no stale locks and no guesses about process
 * numbers.
 */
import { createHash } from 'node:crypto';
import { realpath, rm } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Lets a lock go. */
export type Release = () => Promise<void>;

/**
 * Holds the lock named `kind` for what lies, or will lie, at `place`.
 * @param patience milliseconds to wait for another holder
 * @returns null when another one still holds it then
 */
export async function hold(kind: string, place: string, patience: number): Promise<Release | null> {
  const address = await addressOf(kind, place);
  for (const until = performance.now() + patience; ;) {
    const server = await listen(address);
    if (server) return () => new Promise((resolve) => server.close(() => resolve()));
    if (await answers(address)) {
      if (performance.now() > until) return null;
      await sleep(20);
    } else if (path.isAbsolute(address) && process.platform !== 'win32') {
      await rm(address, { force: true }); // the socket file of a process that was killed
    }
  }
}

/** Whether some process holds that lock. */
export const isHeld = async (kind: string, place: string): Promise<boolean> => answers(await addressOf(kind, place));

/** Linux and Windows have names for sockets that are not files; elsewhere it is a file. */
async function addressOf(kind: string, place: string): Promise<string> {
  const parent = await realpath(path.dirname(path.resolve(place))).catch(() => path.dirname(path.resolve(place)));
  const digest = createHash('sha256')
    .update(path.join(parent, path.basename(place)))
    .digest('hex')
    .slice(0, 32);
  const name = `latentscape-${kind}-${digest}`;
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

function answers(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(address);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
