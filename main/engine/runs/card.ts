/** Is there a graphics card that can train, and how fast is it? */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { UserError, type GraphicsCard } from '../../contract';
import type { Device } from '../training/runtime';

/** What the trying process answers. `detail` is for the log. */
export type CardAnswer = { problem: null; speed: number } | { problem: 'none' | 'driver' | 'wrong'; detail: string };

/** Compiling its first programs takes a slow driver seconds. */
const PATIENCE_MS = 60_000;

const PROCESS = fileURLToPath(new URL('./card-process.js', import.meta.url));

const SENTENCES = {
  none: 'no graphics card with a working Vulkan, Metal or Direct3D 12 driver was found',
  driver: 'the driver of the graphics card failed',
  wrong: 'the graphics card computes wrong numbers',
} as const;

let known: Promise<GraphicsCard> | null = null;

/** Tried once in the life of a process. */
export function graphicsCard(): Promise<GraphicsCard> {
  return (known ??= tryCard());
}

/** @throws UserError `no-device` when a run asks for what this computer does not have */
export async function refuseMissingDevice(device: Device, find = graphicsCard): Promise<void> {
  if (device === 'cpu') return;
  const { problem } = await find();
  if (!problem) return;
  throw new UserError(
    'no-device',
    `This computer cannot train on a graphics card: ${SENTENCES[problem]}. Train on the processor instead (device "cpu").`,
  );
}

/** @param entry the program that tries it, with the arguments that Node needs for it */
export async function tryCard(entry = PROCESS, execArgv: string[] = []): Promise<GraphicsCard> {
  const answer = await new Promise<CardAnswer>((resolve) => {
    // Under Electron the executable is Electron's own; this makes it behave as Node.
    const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
    const child = fork(entry, { execArgv, env, stdio: ['ignore', 'ignore', 'pipe', 'ipc'], timeout: PATIENCE_MS });
    let complaint = '';
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (complaint = (complaint + text).slice(-2000)));
    const failed = (how: string) => resolve({ problem: 'driver', detail: `${how} ${complaint}` });
    child.once('message', (message: CardAnswer) => resolve(message));
    child.once('error', (error) => failed(error.message));
    child.once('close', (code, signal) => failed(signal ?? `exit code ${code}`));
  });
  if (answer.problem === null) return answer;
  if (answer.problem !== 'none') console.warn(`The graphics card cannot be used: ${answer.detail.trim()}`);
  return { problem: answer.problem, speed: null };
}
