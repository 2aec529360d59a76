// Notices that npm has gone. npm starts scripts through a shell; when npm is killed, neither the shell nor the script
// gets a signal, and both would run on for ever.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const EVERY_MS = 500;

/**
 * Calls `gone` once, when npm or the shell it started this process through has ended. Does nothing without npm: a
 * process that was started directly may outlive what started it.
 * @param {() => void} gone
 */
export function onLauncherGone(gone) {
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  const before = look(parent);
  // Some shells replace themselves by the one command they are given; then npm is the parent itself.
  const shell = before && /(^|\/)\w*sh(\.exe)? /.test(before.command) ? before : null;
  const watch = setInterval(() => {
    // A process whose parent has ended gets another one.
    if (process.ppid === parent && (!shell || look(parent)?.parent === shell.parent)) return;
    clearInterval(watch);
    gone();
  }, EVERY_MS);
  watch.unref();
}

/**
 * Parent and command line of a process; null when it is not there or the system does not tell.
 * @param {number} pid
 * @returns {{ parent: number, command: string } | null}
 */
function look(pid) {
  try {
    if (process.platform === 'linux') {
      // "pid (name) state parent …", and the name may contain anything.
      const parent = Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(')').at(-1)?.trim().split(' ')[1]);
      return { parent, command: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ') };
    }
    if (process.platform === 'win32') return null; // parents do not change there
    const line = execFileSync('ps', ['-o', 'ppid=,args=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    const [, parent, command] = /^(\d+)\s+(.*)$/.exec(line) ?? [];
    return { parent: Number(parent), command: `${command} ` };
  } catch {
    return null;
  }
}
