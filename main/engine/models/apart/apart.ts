/**
 * A network from elsewhere is a program: it may compute for ever, or ask for all the memory there is. So it is loaded and
 * run in a process of its own, with an end to its time and its memory. The engine and the windows go on meanwhile, and a
 * process that had to be ended is replaced when the network is wanted again.
 */
import type { ChildProcess } from 'node:child_process';
import os from 'node:os';
import { type DecoderLayout, UserError } from '../../../contract';
import { startBounded } from '../../scheduling/start';
import { throwIfCancelled } from '../../scheduling/watch';
import type { Model } from '../model';
import { openModel } from '../open';
import { type Fed, type Fetched, refused, type Session } from '../session';
import type { Answer, Ask, Loaded } from './messages';

export interface Limits {
  /** For loading a network, and for each run of it. */
  milliseconds: number;
  /** Resident memory. */
  bytes: number;
}

/** Large decoders take some seconds to load, and several times their file in memory. */
export const LIMITS: Limits = { milliseconds: 30_000, bytes: Math.min(4e9, os.totalmem() / 2) };

/**
 * As `openModel`, with its networks in a process of their own.
 * @throws UserError as `openModel`; `bad-model` when it takes too long, `no-memory` when it takes too much, `cancelled`
 */
export async function openApart(
  file: string,
  layout?: Partial<DecoderLayout>,
  { limits = LIMITS, signal }: { limits?: Limits; signal?: AbortSignal } = {},
): Promise<Model> {
  throwIfCancelled(signal);
  const host = new Host(limits);
  const cancel = () => host.cancel();
  signal?.addEventListener('abort', cancel);
  try {
    return await openModel(file, layout, (source, where) => host.load(source, where));
  } catch (error) {
    host.end();
    throw error;
  } finally {
    signal?.removeEventListener('abort', cancel);
  }
}

/** The process, started when it is wanted, and what has to be in it. */
class Host {
  readonly #limits: Limits;
  readonly #sessions = new Map<number, { source: Uint8Array | string; where: string }>();
  #next = 1;
  #child: ChildProcess | null = null;
  /** Sessions that the present process has loaded. */
  #loaded = new Set<number>();
  /** Asked one after the other, so that each one's time is its own. */
  #turn: Promise<unknown> = Promise.resolve();
  #cancelled = false;
  /** Whether the process has ended because it took too much memory. */
  #tooLarge = false;
  /** Ends what is being asked. */
  #giveUp: ((error: Error) => void) | null = null;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  async load(source: Uint8Array | string, where: string): Promise<Session> {
    const session = this.#next++;
    this.#sessions.set(session, { source, where });
    const { inputMetadata, outputMetadata } = await this.#inTurn(() => this.#ready(session)).catch(async (error) => {
      await this.#release(session);
      throw error;
    });
    return {
      inputMetadata,
      outputMetadata,
      run: (fed, names) => this.#inTurn(() => this.#run(session, fed, names)),
      release: () => this.#release(session),
    };
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => {});
    return turn;
  }

  #start(): ChildProcess {
    this.#tooLarge = false;
    return startBounded(import.meta.url, 'process', this.#limits.bytes, () => (this.#tooLarge = true));
  }

  /** Loads a session into the process, which may be a new one. */
  async #ready(session: number): Promise<Loaded> {
    const { source, where } = this.#sessions.get(session)!;
    const answer = await this.#ask({ do: 'load', session, source }, where);
    if ('failed' in answer) throw refused(answer.failed, where);
    this.#loaded.add(session);
    return (answer as { loaded: Loaded }).loaded;
  }

  async #run(session: number, fed: Readonly<Record<string, Fed>>, outputs: readonly string[]): Promise<Fetched[]> {
    const wanted = this.#sessions.get(session);
    if (!wanted) throw new Error('the network was released');
    if (!this.#loaded.has(session)) await this.#ready(session);
    const answer = await this.#ask({ do: 'run', session, fed, outputs }, wanted.where);
    if ('failed' in answer) throw new Error(answer.failed);
    return (answer as { fetched: Fetched[] }).fetched;
  }

  /** Whatever it is doing, nothing waits for it any more. */
  async #release(session: number): Promise<void> {
    this.#sessions.delete(session);
    if (this.#sessions.size === 0) return this.end();
    if (this.#loaded.delete(session))
      await this.#inTurn(() => this.#ask({ do: 'release', session }, '')).catch(() => {});
  }

  /** Nothing is wanted of it any more; what it is asked now fails. */
  cancel(): void {
    this.#cancelled = true;
    this.#giveUp?.(new UserError('cancelled.request'));
  }

  end(): void {
    this.#child?.kill('SIGKILL');
    this.#child = null;
    this.#loaded = new Set();
  }

  /** @throws UserError `bad-model` when it takes too long or ends the process, `no-memory` when it takes too much */
  async #ask(ask: Ask, file: string): Promise<Answer> {
    if (this.#cancelled) throw new UserError('cancelled.request');
    const child = (this.#child ??= this.#start());
    const { milliseconds, bytes: most } = this.#limits;
    return new Promise((resolve, reject) => {
      const done = () => {
        clearTimeout(timer);
        child.removeAllListeners();
        this.#giveUp = null;
      };
      const giveUp = (error: Error) => {
        done();
        child.on('error', () => {}); // it may not be there to be ended
        if (this.#child === child) this.end();
        reject(error);
      };
      this.#giveUp = giveUp;
      const timer = setTimeout(
        () => giveUp(new UserError('bad-model.endless', { file, seconds: milliseconds / 1000 })),
        milliseconds,
      );
      child.on('message', (answer: Answer) => (done(), resolve(answer)));
      child.on('error', giveUp);
      // after its pipe has said what there was to say
      child.on('close', (code, signal) => {
        if (this.#tooLarge) giveUp(new UserError('no-memory.model', { file, gigabytes: (most / 1e9).toFixed(1) }));
        else giveUp(new UserError('bad-model.ended-process', { file, how: signal ?? `exit code ${code}` }));
      });
      child.send(ask, (error) => error && giveUp(error));
    });
  }
}
