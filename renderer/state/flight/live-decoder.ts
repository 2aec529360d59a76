import type { ImageBatch } from '../../../main/contract';

type Decode = (code: Float32Array) => Promise<ImageBatch | null>;

/**
 * Decodes the code that is wanted now, at most one at a time: what was wanted in the meantime is dropped but for the
 * newest. Results arrive in the order asked for, and those of an earlier model never.
 */
export class LiveDecoder {
  #decode: Decode | null = null;
  #wanted: Float32Array | null = null;
  #busy = false;
  readonly #waiting: (() => void)[] = [];
  readonly #onFace: (face: { image: ImageBatch; code: Float32Array }, newest: boolean) => void;
  readonly #onFailure: (error: unknown) => void;

  /** @param onFace `newest`: no other code is wanted by now */
  constructor(
    onFace: (face: { image: ImageBatch; code: Float32Array }, newest: boolean) => void,
    onFailure: (error: unknown) => void,
  ) {
    this.#onFace = onFace;
    this.#onFailure = onFailure;
  }

  /** Changes the model (null: none). Whatever the earlier one still answers is dropped. */
  use(decode: Decode | null): void {
    this.#decode = decode;
    this.#wanted = null;
    this.#busy = false;
  }

  /** Asks for a face. The code is kept as it is: hand over one that does not change. */
  want(code: Float32Array): void {
    this.#wanted = code;
    if (!this.#busy) void this.#run();
  }

  /** Resolves when nothing is being decoded, at the latest after `most` milliseconds: for work that may wait. */
  idle(most: number): Promise<void> {
    if (!this.#busy) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, most);
      this.#waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  async #run(): Promise<void> {
    const decode = this.#decode;
    this.#busy = decode !== null;
    while (decode && this.#wanted) {
      const code = this.#wanted;
      this.#wanted = null;
      try {
        const image = await decode(code);
        if (this.#decode !== decode) return;
        // null: the engine had a newer request, which only another window of this model can have sent
        if (image) this.#onFace({ image, code }, this.#wanted === null);
        else this.#wanted ??= code;
      } catch (error) {
        if (this.#decode !== decode) return;
        this.#onFailure(error);
      }
    }
    this.#busy = false;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
