/** What a program and everything it starts ask of the network and leave on the disk, seen by the kernel's own record. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';

const CALLS = 'connect,sendto,sendmsg,sendmmsg,open,openat,creat,mkdir,mkdirat,rename,renameat,renameat2,link,linkat';

/** Why nothing can be watched here, or null. */
export const whyNotWatched = spawnSync('strace', ['-f', '--seccomp-bpf', '-o', '/dev/null', 'true']).status
  ? 'strace is not installed or not allowed here'
  : null;

/** Starts a program with its record in `file`. It leads a process group, and a signal is for all of that, as from a terminal. */
export function watched(file: string, command: string[], env: NodeJS.ProcessEnv): ChildProcess {
  const strace = [
    '-f',
    '--seccomp-bpf',
    '-y',
    '-qq',
    '-s',
    '512',
    '-e',
    `trace=${CALLS},symlink,symlinkat`,
    '-o',
    file,
  ];
  return spawn('strace', [...strace, ...command], { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
}

/** Every line of a record that tells of a name looked up, a machine other than this one, or a file outside `folders`. */
export async function leaks(file: string, folders: string[]): Promise<string[]> {
  return (await readFile(file, 'utf8')).split('\n').filter((line) => {
    const call = /^\d+ +(\w+)\(/.exec(line)?.[1];
    if (!call) return false; // a signal, an exit, or the second half of a call
    if (/htons\(53\)/.test(line)) return true; // a name asked of a server, which may be this machine's own
    if (/AF_INET/.test(line)) return !/inet_addr\("127\.|"::1"|"::ffff:127\./.test(line);
    if (/^(connect|send)/.test(call)) return /sun_path="\//.test(line) && !inside(line, folders);
    const writes = !/^open/.test(call) || /O_CREAT|O_WRONLY|O_RDWR/.test(line);
    return writes && !/= -1 E/.test(line) && !inside(line, folders);
  });
}

/** Whether the first path of a call is below one of the folders; paths may be relative to a folder that is open. */
function inside(line: string, folders: string[]): boolean {
  const [, base = '', path] = /(?:<(.*?)>)?(?:, )?"(.*?)"/.exec(line) ?? [];
  const full = path?.startsWith('/') ? path : `${base}/${path}`;
  return [...folders, '/dev', '/proc'].some((folder) => full === folder || full.startsWith(`${folder}/`));
}
