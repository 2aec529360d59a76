/** How much memory a new process can use: of the machine, and of the container it runs in. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

/**
 * Bytes that can be used without pushing other programs out. Caches that can be dropped count as available, and on Linux
 * the limits of control groups (containers, systemd) are kept.
 */
export async function availableMemory(): Promise<number> {
  if (process.platform === 'darwin') return (await freeableOnMac()) ?? os.freemem();
  if (process.platform !== 'linux') return os.freemem(); // Windows counts what it can drop as free
  const meminfo = await read('/proc/meminfo');
  const match = /^MemAvailable:\s+(\d+) kB/m.exec(meminfo ?? '');
  const machine = match ? Number(match[1]) * 1024 : os.freemem(); // some containers have no /proc/meminfo
  return Math.max(0, Math.min(machine, ...(await groupRooms((await read('/proc/self/cgroup')) ?? ''))));
}

/** macOS keeps hardly any page unused: what it has cached, or can throw away, is free as well. Null when it does not say. */
async function freeableOnMac(): Promise<number | null> {
  try {
    return freeableBytes((await promisify(execFile)('/usr/bin/vm_stat')).stdout);
  } catch {
    return null; // a sandbox may forbid the program
  }
}

/** The memory that can be had, from what `vm_stat` prints; null when it prints something else. */
export function freeableBytes(text: string): number | null {
  const number = (pattern: RegExp) => Number(pattern.exec(text)?.[1] ?? NaN);
  const pages = (kind: string) => number(new RegExp(`^Pages ${kind}:\\s+(\\d+)\\.`, 'm'));
  const bytes =
    number(/page size of (\d+) bytes/) *
    (pages('free') + pages('inactive') + pages('speculative') + pages('purgeable'));
  return Number.isFinite(bytes) ? bytes : null;
}

/** What is left under the limit of each control group that this process is in. */
async function groupRooms(membership: string): Promise<number[]> {
  const rooms: number[] = [];
  for (const line of membership.trim().split('\n')) {
    const [, controllers, group] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    const isSecond = controllers === '';
    if (!isSecond && controllers !== 'memory') continue;
    const root = isSecond ? '/sys/fs/cgroup' : '/sys/fs/cgroup/memory';
    const [limitFile, usageFile] = isSecond
      ? ['memory.max', 'memory.current']
      : ['memory.limit_in_bytes', 'memory.usage_in_bytes'];
    // A limit may be set on any of the groups that hold this one; inside a container only its own may be visible.
    for (let at = group; ; at = path.posix.dirname(at)) {
      const folder = path.posix.join(root, at);
      const limit = Number((await read(path.posix.join(folder, limitFile)))?.trim());
      const used = Number((await read(path.posix.join(folder, usageFile)))?.trim());
      const caches = /^(?:total_)?inactive_file (\d+)/m.exec(
        (await read(path.posix.join(folder, 'memory.stat'))) ?? '',
      );
      // "max", or a number beyond any machine, is no limit.
      if (Number.isFinite(limit) && Number.isFinite(used) && limit < 2 ** 60) {
        rooms.push(limit - used + Number(caches?.[1] ?? 0));
      }
      if (at === '/') break;
    }
  }
  return rooms;
}

/** The text of a file; null where the system has none. */
const read = (file: string): Promise<string | null> => readFile(file, 'utf8').catch(() => null);
