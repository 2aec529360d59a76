/**
 * A network from elsewhere is a program: it may compute for ever, or ask for all the memory there is. Before the engine
 * runs one, a process of its own tries it, with an end to its time and its memory; the window goes on meanwhile.
 */
import { readFile, stat } from 'node:fs/promises';
import os from 'node:os';
import { type DecoderLayout, UserError } from '../../../contract';
import { startProcess } from '../../scheduling/start';
import { throwIfCancelled } from '../../scheduling/watch';
import type { ProbeAnswer, ProbeRequest } from './messages';

export interface ProbeOptions {
  limits?: ProbeLimits;
  signal?: AbortSignal;
}

export interface ProbeLimits {
  /** For opening it and decoding one code. */
  milliseconds: number;
  /** Resident memory, where the system tells it (Linux). */
  bytes: number;
}

/** Large decoders take some seconds to load, and several times their file in memory. */
const LIMITS: ProbeLimits = { milliseconds: 30_000, bytes: Math.min(4e9, os.totalmem() / 2) };
/** How often memory is looked at. */
const EVERY_MS = 100;

/** Files that were tried, and stayed as they are since. */
const tried = new Set<string>();

/**
 * Tries whether a model can be opened.
 * @throws UserError why not; `bad-model` when it takes too long, `no-memory` when it takes too much, `cancelled`
 */
export async function probeModel(
  file: string,
  layout?: Partial<DecoderLayout>,
  { limits = LIMITS, signal }: ProbeOptions = {},
): Promise<void> {
  const there = await stat(file).catch(() => null); // opening says what is wrong
  const key = there && JSON.stringify([file, there.size, there.mtimeMs, there.ino, layout]);
  if (!there || (key !== null && tried.has(key))) return;
  const failure = await inProcess({ file, layout }, limits, signal);
  if (failure) throw UserError.of(failure);
  tried.add(key!);
}

function inProcess(request: ProbeRequest, limits: ProbeLimits, signal?: AbortSignal): Promise<ProbeAnswer> {
  const { file } = request;
  throwIfCancelled(signal);
  const child = startProcess(import.meta.url, 'process');
  return new Promise((resolve, reject) => {
    const end = (what: () => void) => {
      clearTimeout(timer);
      clearInterval(watch);
      signal?.removeEventListener('abort', cancel);
      what();
      child.kill('SIGKILL');
    };
    const cancel = () => end(() => reject(new UserError('cancelled.request')));
    signal?.addEventListener('abort', cancel);
    const timer = setTimeout(
      () => end(() => reject(new UserError('bad-model.endless', { file, seconds: limits.milliseconds / 1000 }))),
      limits.milliseconds,
    );
    const watch = setInterval(() => {
      void memoryOf(child.pid!).then((bytes) => {
        if (bytes <= limits.bytes) return;
        const gigabytes = (limits.bytes / 1e9).toFixed(1);
        end(() => reject(new UserError('no-memory.model', { file, gigabytes })));
      });
    }, EVERY_MS);
    child.on('message', (answer: ProbeAnswer) => end(() => resolve(answer)));
    child.on('error', (error) => end(() => reject(error)));
    child.on('exit', (code, signal) =>
      end(() => reject(new UserError('bad-model.ended-process', { file, how: signal ?? `exit code ${code}` }))),
    );
    child.send(request, (error) => error && end(() => reject(error)));
  });
}

/** Resident bytes of a process; 0 where the system does not say. */
async function memoryOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return 1024 * Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0);
}
