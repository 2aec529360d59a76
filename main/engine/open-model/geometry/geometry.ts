/** The geometry of one open model's codes, computed beside the engine's own thread. */
import type { Worker } from 'node:worker_threads';
import { type FrameChoice, type FramedCloud, type LinearFrame, type Typicality, UserError } from '../../../contract';
import { startThread } from '../../scheduling/start';
import { joined } from '../../maths/joined';
import { nearest } from '../../maths/nearest';
import { toScene } from '../../space/frames/frame';
import { checkChoice, type Codes, framed } from './frames';
import type { FrameMessage, Job, TypicalityMessage } from './messages';

/** Multiplications that are done at once: fewer than starting a thread would cost. */
const AT_ONCE = 5e7;
/** The eigenvectors of larger covariances take longer than that. */
const LARGEST_AT_ONCE = 128;

export class Geometry {
  readonly #codes: Codes;
  /** What takes long to compute and is always the same. */
  readonly #kept = new Map<FrameChoice['kind'], FramedCloud>();
  #framing: AbortController | null = null;
  #typicality: TypicalityThread | null = null;
  /** Codes of further faces, `[n, latentSize]`: they have places in frames, but no frame or density is made of them. */
  photos: Float32Array = new Float32Array(0);

  /** @param codes copied into memory that threads share */
  constructor(codes: Codes) {
    this.#codes = { ...codes, codes: shared(codes.codes), logVar: codes.logVar && shared(codes.logVar) };
  }

  /**
   * The cloud in another frame, the further faces after it. A later call takes the place of this one.
   * @param onProgress share done, now and then
   * @throws UserError `bad-settings` when the codes do not have what was chosen; `cancelled`
   */
  async frame(choice: FrameChoice, onProgress?: (share: number) => void): Promise<FramedCloud> {
    const { photos } = this;
    const all = { ...this.#codes, photos };
    checkChoice(choice, all);
    this.#framing?.abort();
    this.#framing = null;
    const kept = this.#kept.get(choice.kind) ?? (await this.#frame(choice, all, onProgress));
    if (choice.kind === 'principal' || choice.kind === 'layout') this.#kept.set(choice.kind, kept);
    if (photos.length === 0) return kept;
    return { ...kept, positions: joined(kept.positions, toScene(photos, kept.frame)) };
  }

  async #frame(choice: FrameChoice, all: Codes, onProgress?: (share: number) => void): Promise<FramedCloud> {
    const { codes, latentSize } = all;
    const small = latentSize <= LARGEST_AT_ONCE && codes.length * latentSize <= AT_ONCE;
    if (small && choice.kind !== 'layout') return framed(all, choice);
    this.#framing = new AbortController();
    return frameThread({ task: 'frame', choice, codes: all }, this.#framing.signal, onProgress);
  }

  /** The frame that the cloud is first shown in. Unlike `frame`, this disturbs no other frame once it is known. */
  async principal(): Promise<LinearFrame> {
    const { frame } = this.#kept.get('principal') ?? (await this.frame({ kind: 'principal' }));
    return frame as LinearFrame;
  }

  /** Where a code lies among the codes; the nearest one may be a further face. */
  async typicality(code: Float32Array): Promise<Typicality> {
    const typicality = await this.#among(code);
    const further = nearest(this.photos, code);
    if (!further || further.distance >= typicality.distance) return typicality;
    const { codes, latentSize } = this.#codes;
    return { ...typicality, nearest: codes.length / latentSize + further.index, distance: further.distance };
  }

  #among(code: Float32Array): Promise<Typicality> {
    // one that has died answers nobody any more: what killed it must not cost the next question
    if (!this.#typicality || this.#typicality.ended) {
      this.#typicality = new TypicalityThread({ task: 'typicality', codes: this.#codes });
    }
    return this.#typicality.of(code);
  }

  /** Ends whatever is still computed. */
  dispose(): void {
    this.#framing?.abort();
    this.#typicality?.dispose();
  }
}

function frameThread(job: Job, signal: AbortSignal, onProgress?: (share: number) => void): Promise<FramedCloud> {
  return new Promise((resolve, reject) => {
    const worker = start(job);
    signal.addEventListener('abort', () => {
      reject(new UserError('cancelled.other-frame'));
      void worker.terminate();
    });
    worker.on('message', (message: FrameMessage) => {
      if ('result' in message) resolve(message.result);
      else if (!signal.aborted) onProgress?.(message.share);
    });
    worker.on('error', (error) => reject(died(error)));
    worker.on('exit', () => reject(died()));
  });
}

/** A thread that answers for one code after the other. */
class TypicalityThread {
  readonly #worker: Worker;
  readonly #waiting: { resolve(typicality: Typicality): void; reject(error: unknown): void }[] = [];
  #ended: UserError | null = null;

  constructor(job: Job) {
    this.#worker = start(job);
    this.#worker.on('message', (typicality: TypicalityMessage) => this.#waiting.shift()!.resolve(typicality));
    this.#worker.on('error', (error) => this.#end(died(error)));
    this.#worker.on('exit', () => this.#end(died()));
  }

  get ended(): boolean {
    return this.#ended !== null;
  }

  of(code: Float32Array): Promise<Typicality> {
    return new Promise((resolve, reject) => {
      if (this.#ended) return reject(this.#ended);
      this.#waiting.push({ resolve, reject });
      this.#worker.postMessage(code);
    });
  }

  dispose(): void {
    this.#end(new UserError('cancelled.model-closed'));
    void this.#worker.terminate();
  }

  #end(error: UserError): void {
    this.#ended ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#ended);
  }
}

const start = (job: Job): Worker => startThread(import.meta.url, 'worker', job);

function died(error?: Error): UserError {
  if (error) console.error(error);
  const memory = error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
  return memory ? new UserError('no-memory.frame') : new UserError('internal.frame');
}

/** A copy that threads can read without one of their own. */
function shared(values: Float32Array): Float32Array {
  const copy = new Float32Array(new SharedArrayBuffer(values.byteLength));
  copy.set(values);
  return copy;
}
