/** Training processes as a person starts them from a terminal, for tests that end them in unkind ways. */
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import type { TrainingEvent } from '../../../main/contract';
import { random } from '../../../main/engine/maths/random';
import { root } from '../../../scripts/root.mjs';
import { ensureBuild } from '../../../scripts/setup.mjs';

/** The command line, compiled: what people run, and quick to start. Call `ensureBuild` before. */
const CLI = path.join(root, 'dist/main/cli.js');
export { ensureBuild };

/** `count` seeded blotches of 40×40 pixels in a new folder. */
export async function blotches(folder: string, count: number, colours: 1 | 3 = 3): Promise<string> {
  await mkdir(folder, { recursive: true });
  const rng = random(5, 'blotches');
  for (let i = 0; i < count; i++) {
    const pixels = Uint8Array.from({ length: 8 * 8 * colours }, () => 255 * rng.uniform());
    const small = sharp(pixels, { raw: { width: 8, height: 8, channels: colours } });
    await small
      .resize(40, 40)
      .toColourspace(colours === 1 ? 'b-w' : 'srgb')
      .png()
      .toFile(path.join(folder, `${String(i).padStart(4, '0')}.png`));
  }
  return folder;
}

/** A process that says nothing for so long hangs, however busy the machine is. */
const SILENCE_MS = 120_000;

/** One process, and everything it has said. */
export class Life {
  readonly events: TrainingEvent[] = [];
  errors = '';
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  readonly #listeners: ((event: TrainingEvent) => void)[] = [];

  constructor(readonly process: ChildProcess) {
    let rest = '';
    process.stdout!.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop()!;
      for (const line of lines) {
        const event = JSON.parse(line) as TrainingEvent;
        this.events.push(event);
        for (const listener of this.#listeners) listener(event);
      }
    });
    process.stderr!.setEncoding('utf8').on('data', (text: string) => (this.errors += text));
    this.ended = new Promise((resolve, reject) => {
      const silence = setTimeout(() => {
        const last = JSON.stringify(this.events.at(-1));
        const where = doing(process.pid!);
        process.kill('SIGKILL');
        reject(new Error(`A process hangs after ${last}. ${this.errors} ${where}`));
      }, SILENCE_MS);
      process.stdout!.on('data', () => silence.refresh());
      process.once('close', (code, signal) => {
        clearTimeout(silence);
        resolve({ code, signal });
      });
    });
    this.ended.catch(() => {}); // whoever waits for it is told
  }

  onEvent(listener: (event: TrainingEvent) => void): void {
    this.#listeners.push(listener);
  }

  /** Whether there is an event of this kind, as soon as there is one; false when the process ends without. */
  async until(event: TrainingEvent['event']): Promise<boolean> {
    if (this.events.some((one) => one.event === event)) return true;
    const seen = new Promise<boolean>((resolve) => this.onEvent((one) => one.event === event && resolve(true)));
    return Promise.race([seen, this.ended.then(() => false)]);
  }

  find<E extends TrainingEvent['event']>(event: E): Extract<TrainingEvent, { event: E }> | undefined {
    return this.events.findLast((one) => one.event === event) as Extract<TrainingEvent, { event: E }> | undefined;
  }
}

/** State of a process and what it waits for in the kernel, where the system tells. */
function doing(pid: number): string {
  try {
    const state = /^State:.*$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![0];
    return `${state}, ${readFileSync(`/proc/${pid}/wchan`, 'utf8')}`;
  } catch {
    return 'It is not there any more, and somebody else has its output.';
  }
}

/** `train …` in a process of its own, with `--json`. */
export function train(args: string[], launcher: string[] = []): Life {
  const [command, ...rest] = [...launcher, process.execPath, CLI, 'train', ...args, '--json'];
  return new Life(spawn(command, rest, { stdio: ['ignore', 'pipe', 'pipe'] }));
}
