/** Is there a graphics card that can train, and how fast is it? */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { message, UserError, type GraphicsCard } from '../../../contract';
import { throwIfCancelled } from '../../scheduling/watch';
import type { Device } from '../../training/runtime';

/** What the trying process answers, or is said of it. `detail` is for the log. */
export type GraphicsCardAnswer =
  { problem: null; speed: number } | { problem: NonNullable<GraphicsCard['problem']>; detail: string };

/** Compiling its first programs takes a slow driver seconds. */
const PATIENCE_MS = 60_000;

const PROCESS = fileURLToPath(new URL('./process.js', import.meta.url));

let known: Promise<GraphicsCard> | null = null;

/** Tried once in the life of a process; one that did not answer is tried again. */
export async function graphicsCard(signal?: AbortSignal): Promise<GraphicsCard> {
  const card = await (known ??= tryGraphicsCard({ signal }));
  if (card.problem === 'silent') known = null;
  return card;
}

/** @throws UserError `no-device` when a run asks for what this computer does not have; `cancelled` */
export async function refuseMissingDevice(
  device: Device,
  signal?: AbortSignal,
  find: typeof graphicsCard = graphicsCard,
): Promise<void> {
  if (device === 'cpu') return;
  const { problem } = await find(signal);
  throwIfCancelled(signal);
  if (!problem) return;
  throw new UserError('no-device.card', {
    problem:
      problem === 'silent' ? message('card.silent', { seconds: PATIENCE_MS / 1000 }) : message(`card.${problem}`),
  });
}

/**
 * Returns within `patience` milliseconds whatever becomes of the process that tries the card, and keeps nothing of it:
 * drivers hang at work, while they are torn down, or where no signal reaches them.
 * @param options.entry the program that tries it, with the arguments that Node needs for it
 */
export async function tryGraphicsCard({
  entry = PROCESS,
  execArgv = [] as string[],
  patience = PATIENCE_MS,
  signal = undefined as AbortSignal | undefined,
} = {}): Promise<GraphicsCard> {
  const child = fork(entry, { execArgv, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let complaint = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (complaint = (complaint + text).slice(-2000)));
  let timer: NodeJS.Timeout;
  const answer = await new Promise<GraphicsCardAnswer>((resolve) => {
    const failed = (how: string) => resolve({ problem: 'driver', detail: `${how} ${complaint}` });
    const silent = () => resolve({ problem: 'silent', detail: `it did not answer ${complaint}` });
    child.once('message', (message: GraphicsCardAnswer) => resolve(message));
    child.on('error', (error) => failed(error.message));
    child.once('close', (code, killedBy) => failed(killedBy ?? `exit code ${code}`));
    timer = setTimeout(silent, patience);
    signal?.addEventListener('abort', silent, { once: true });
  });
  clearTimeout(timer!);
  child.kill('SIGKILL');
  child.stderr!.destroy();
  if (child.connected) child.disconnect();
  child.unref();
  if (answer.problem === null) return answer;
  if (answer.problem !== 'none' && !signal?.aborted) {
    console.warn(`The graphics card cannot be used: ${answer.detail.trim()}`);
  }
  return { problem: answer.problem, speed: null };
}
