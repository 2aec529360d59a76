/** Starts the app as a person does, and looks at the processes that come of it. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from '../../scripts/root.mjs';

const ADDRESS = /http:\/\/127\.0\.0\.1:\d+\/[\w-]+\/\?token=[\w-]+/;

export class StartedApp {
  readonly npm: ChildProcess;
  /** Everything printed so far. */
  output = '';
  readonly #ended: Promise<[number | null, NodeJS.Signals | null]>;

  /** Runs `npm start -- …args` in a process group of its own, as a terminal does. */
  constructor(args: string[], env: NodeJS.ProcessEnv = {}) {
    this.npm = spawn('npm', ['start', '--', ...args], {
      cwd: root,
      detached: true,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.npm.stdout!, this.npm.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    }
    this.#ended = once(this.npm, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  }

  /** The address it prints. */
  async address(): Promise<string> {
    await this.printed(ADDRESS);
    return ADDRESS.exec(this.output)![0];
  }

  /** Waits for something on its output. */
  async printed(text: RegExp): Promise<void> {
    const end = this.#ended.then(() => true);
    while (!text.test(this.output)) {
      if (await Promise.race([end, sleep(50)])) {
        if (text.test(this.output)) return;
        throw new Error(`npm start ended before it printed ${text}:\n${this.output}`);
      }
    }
  }

  /** Its exit code, once everything that held its output open has ended. */
  async ended(): Promise<number | null> {
    return (await this.#ended)[0];
  }

  /** What a terminal does at Ctrl-C: a signal to every process of the group. */
  interrupt(): void {
    process.kill(-this.npm.pid!, 'SIGINT');
  }

  /** Ends it however it goes, for tests that have failed. */
  async end(): Promise<void> {
    if (this.npm.exitCode === null && this.npm.signalCode === null) this.interrupt();
    if (await Promise.race([this.#ended, sleep(10_000)])) return;
    for (const { pid } of this.descendants()) process.kill(pid, 'SIGKILL');
    this.npm.kill('SIGKILL');
  }

  /** Every process it has started, directly or not. */
  descendants(): { pid: number; command: string }[] {
    const all = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line)!)
      .map(([, pid, parent, command]) => ({ pid: Number(pid), parent: Number(parent), command }));
    const family = [this.npm.pid!];
    for (const pid of family) family.push(...all.filter(({ parent }) => parent === pid).map((child) => child.pid));
    return all.filter(({ pid }) => pid !== this.npm.pid && family.includes(pid));
  }

  /** The one descendant that runs this script; npm's shell, whose command line has it as well, is not meant. */
  process(script: string): number {
    const found = this.descendants().filter(({ command }) => /^\S*node /.test(command) && command.includes(script));
    if (found.length !== 1) throw new Error(`${found.length} processes run ${script}`);
    return found[0].pid;
  }
}

/** Resolves when none of the processes runs any more; rejects when one still does after five seconds. */
export async function allGone(pids: number[]): Promise<void> {
  let alive = pids;
  for (let waited = 0; waited < 5000; waited += 100) {
    alive = pids.filter((pid) => isRunning(pid));
    if (alive.length === 0) return;
    await sleep(100);
  }
  throw new Error(`still running: ${alive.join(', ')}`);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
