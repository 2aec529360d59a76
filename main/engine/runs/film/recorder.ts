/** The film of a run: at steps that are a function of the run's length alone, what the networks make of the same images. */
import { type CodeUse, type ImageBatch } from '../../../contract';
import { pickImages, toImageBatch, toUnitRange } from '../../images';
import type { Film } from '../../models/files/training-film';
import { codeUse } from '../../space/posteriors/collapse';
import { aligned, procrustes } from '../../maths/procrustes';
import type { Images } from '../../training/feeds/batches';
import type { Evaluator } from '../../training/evaluator';
import { normals, permutation, random } from '../../maths/random';
import { imageShape } from '../../training/networks';
import type { TrainerConfig } from '../../training/trainer';
import { aggregateDraws, whitened, type Whitening } from '../../training/whitening';

/** Frames of a film; fewer where a run has fewer steps. */
const FRAMES = 48;
/** Numbers of all codes of a frame, about: a film of 64 latents then has 0.8 MB of them. */
const NUMBERS = 8192;
/** Faces followed at least and at most, as far as there are so many. */
const FACES = [64, 256] as const;
/** Pictures of each kind in a frame, and their pixels per side at most. */
const PICTURES = 6;
const LARGEST_TILE = 64;

/** How the tensors of a film are named in a checkpoint. */
const PREFIX = 'film';

/** A set of weights by parameter. */
type Weights = ReadonlyMap<string, Float32Array>;

interface Frame {
  step: number;
  /** `[faces, latentSize]` */
  codes: Float32Array;
  /** Log variances of their posteriors, alike; null for other kinds than VAEs. */
  logVar: Float32Array | null;
  /** `[reconstructions + samples, channels, tile, tile]` */
  pictures: Uint8Array;
}

/** The steps of the frames of a run of `steps` steps, the first at 0, the last at its end, dense at first: most happens early. */
export function frameSteps(steps: number): number[] {
  const all = Array.from({ length: FRAMES }, (_, k) => Math.round(steps * (k / (FRAMES - 1)) ** 2));
  return [...new Set(all)];
}

export class FilmRecorder {
  readonly #config: TrainerConfig;
  readonly #evaluator: Evaluator;
  #frames: Frame[] = [];
  readonly #due: ReadonlySet<number>;
  readonly #faces: Uint32Array;
  readonly #followed: Images;
  readonly #heldOut: Float32Array;
  readonly #draws: Float32Array;
  readonly #whiten: boolean;
  readonly #reconstructions: number;

  /** @param whiten whether the code space will be whitened: draws from the prior are shown as they will be then */
  constructor(config: TrainerConfig, evaluator: Evaluator, training: Images, validation: Images, whiten: boolean) {
    this.#whiten = whiten;
    this.#config = config;
    this.#evaluator = evaluator;
    const { latentSize } = config.network;
    const count = Math.min(training.count, Math.max(FACES[0], Math.min(FACES[1], Math.floor(NUMBERS / latentSize))));
    this.#due = new Set(frameSteps(config.steps));
    // a function of the number of images alone: models of the same images follow the same faces
    this.#faces = permutation(training.count, random(0, 'film')).slice(0, count).sort();
    this.#followed = pickImages(training, this.#faces);
    this.#reconstructions = Math.min(PICTURES, validation.count);
    const shown = Array.from({ length: this.#reconstructions }, (_, i) => i);
    this.#heldOut = toUnitRange(pickImages(validation, shown).pixels);
    this.#draws = normals(PICTURES * latentSize, random(config.seed, 'pictures'));
  }

  /** Whether this step should have a frame and has none yet. */
  wants(step: number): boolean {
    return this.#due.has(step) && this.#frames.at(-1)?.step !== step;
  }

  async record(step: number, weights: Weights): Promise<void> {
    const { mu, logVar } = await this.#evaluator.codes(weights, this.#followed);
    const reconstructed = await this.#evaluator.decode(
      weights,
      (await this.#evaluator.encode(weights, this.#heldOut)).mu,
    );
    const { latentSize } = this.#config.network;
    const draws = logVar && this.#whiten ? aggregateDraws({ mu, logVar }, latentSize, this.#draws) : this.#draws;
    const sampled = await this.#evaluator.decode(weights, draws);
    const pictures = new Uint8ClampedArray(this.#tileValues * (this.#reconstructions + PICTURES));
    pictures.set(this.#tiles(reconstructed));
    pictures.set(this.#tiles(sampled), this.#tileValues * this.#reconstructions);
    this.#frames.push({
      step,
      codes: mu,
      logVar,
      pictures: new Uint8Array(pictures.buffer),
    });
  }

  /** What the last frame says of the code of a VAE; null for other kinds, and before the first. */
  get use(): CodeUse | null {
    const last = this.#frames.at(-1);
    if (!last?.logVar) return null;
    const { latentSize } = this.#config.network;
    const kl = meanPosteriors(last.codes, last.logVar, latentSize).subarray(0, latentSize);
    return codeUse(last.codes, kl, { step: last.step, steps: this.#config.steps, warmUp: this.#warmUp });
  }

  /** The frames so far, as a checkpoint names its tensors. Pictures are bytes, four to a number. */
  tensors(): Record<string, Float32Array> {
    const entries = this.#frames.flatMap(({ step, codes, logVar, pictures }) => [
      [`${PREFIX}:${step}:codes`, codes],
      [`${PREFIX}:${step}:pictures`, new Float32Array(pictures.buffer, pictures.byteOffset, pictures.length / 4)],
      ...(logVar ? [[`${PREFIX}:${step}:logVar`, logVar]] : []),
    ]);
    return Object.fromEntries(entries) as Record<string, Float32Array>;
  }

  /** Goes on as the run that saved these. Of one of a version that kept no film, or less of it, there are no frames. */
  restore(tensors: Record<string, Float32Array>): void {
    const names = Object.keys(tensors).map((name) => name.split(':'));
    const steps = names.flatMap(([prefix, step, what]) =>
      prefix === PREFIX && what === 'codes' ? [Number(step)] : [],
    );
    this.#frames = steps
      .sort((a, b) => a - b)
      .map((step) => {
        const of = (what: string) => tensors[`${PREFIX}:${step}:${what}`];
        const { buffer, byteOffset, byteLength } = of('pictures');
        const pictures = new Uint8Array(buffer, byteOffset, byteLength);
        return { step, codes: of('codes'), logVar: of('logVar') ?? null, pictures };
      })
      .filter(({ logVar }) => logVar !== null || this.#config.objective.kind !== 'vae');
  }

  /**
   * The whole film. It ends with the weights that are kept: frames of later steps are left out.
   *
   * An AE is free to turn its code space as it learns, for nothing in its objective tells one direction from another; so
   * is a RAE, whose penalty on codes is a ball. Their codes are turned onto those of the frame after, from the last one
   * backwards: what moves in the film is what the rotation cannot explain. Lengths are kept, for how far a space has
   * unfolded is what one wants to see. A VAE is not free: its posteriors are independent along the axes, and its prior
   * has its place (Rolínek et al. 2019). All its frames are brought into the space that the model is kept in, and an axis
   * that dies can be seen to die.
   * @param whitening of the weights that are kept; null where they stay as they are
   */
  async film(step: number, kept: Weights, whitening: Whitening | null): Promise<Film> {
    this.#frames = this.#frames.filter((frame) => frame.step < step);
    await this.record(step, kept);
    const frames = this.#frames.map((frame) => brought(frame, whitening));
    const config = this.#config;
    const faces = this.#faces;
    const reconstructions = this.#reconstructions;
    const { latentSize, channels } = config.network;
    const isVae = config.objective.kind === 'vae';
    const codes = frames.map((frame) => frame.codes);
    for (let k = codes.length - 2; k >= 0 && !isVae; k--) {
      codes[k] = aligned(codes[k], procrustes(codes[k], codes[k + 1], latentSize));
    }
    const count = frames.length * (reconstructions + PICTURES);
    const pixels = joined(
      Uint8Array,
      frames.map(({ pictures }) => pictures),
    );
    const pictures: ImageBatch = toImageBatch(pixels, { count, channels, height: this.#tile, width: this.#tile });
    return {
      steps: frames.map((frame) => frame.step),
      planned: config.steps,
      warmUp: this.#warmUp,
      faces: [...faces],
      tile: this.#tile,
      reconstructions,
      samples: PICTURES,
      codes: joined(Float32Array, codes),
      posteriors: isVae
        ? joined(
            Float32Array,
            frames.map((frame) => meanPosteriors(frame.codes, frame.logVar!, latentSize)),
          )
        : null,
      pictures,
    };
  }

  get #warmUp(): number {
    const { objective } = this.#config;
    return objective.kind === 'vae' ? objective.warmUp : 0;
  }
  get #tile(): number {
    return Math.min(LARGEST_TILE, Math.max(...imageShape(this.#config.network).slice(1)));
  }
  get #tileValues(): number {
    return this.#config.network.channels * this.#tile ** 2;
  }

  /**
   * Images `[n, channels, height, width]` in 0..1 as bytes of the size of tiles: means of the pixels of the image that a
   * pixel of the tile covers. One that is not square stands on black.
   */
  #tiles(images: Float32Array): Uint8ClampedArray {
    const tile = this.#tile;
    const [channels, height, width] = imageShape(this.#config.network);
    const scale = Math.max(width, height) / tile;
    /** Where, along a side of the image, what a row or column of the tile covers begins. */
    const begin = (at: number, side: number) => Math.round((at - (tile - side / scale) / 2) * scale);
    const planes = (images.length / (channels * height * width)) * channels;
    return Uint8ClampedArray.from({ length: planes * tile ** 2 }, (_, at) => {
      const [plane, y, x] = [Math.floor(at / tile ** 2), Math.floor(at / tile) % tile, at % tile];
      const [top, bottom] = [Math.max(0, begin(y, height)), Math.min(height, begin(y + 1, height))];
      const [left, right] = [Math.max(0, begin(x, width)), Math.min(width, begin(x + 1, width))];
      let sum = 0;
      for (let row = top; row < bottom; row++) {
        const start = (plane * height + row) * width;
        for (let column = left; column < right; column++) sum += images[start + column];
      }
      return (255 * sum) / (Math.max(1, bottom - top) * Math.max(1, right - left));
    });
  }
}

/** A frame in the space that a whitening leads to. Its pictures stay what they are. */
function brought(frame: Frame, whitening: Whitening | null): Frame {
  if (!whitening || !frame.logVar) return frame;
  const { mu, logVar } = whitened(whitening, { mu: frame.codes, logVar: frame.logVar });
  return { ...frame, codes: mu, logVar };
}

/** Mean KL(N(μ, σ²) ‖ N(0, 1)) in nats (Kingma & Welling 2014, appendix B) and mean σ of each unit: `[2, latentSize]`. */
function meanPosteriors(mu: Float32Array, logVar: Float32Array, latentSize: number): Float32Array {
  const means = new Float64Array(2 * latentSize);
  const count = mu.length / latentSize;
  for (let i = 0; i < mu.length; i++) {
    const unit = i % latentSize;
    means[unit] += (mu[i] ** 2 + Math.exp(logVar[i]) - logVar[i] - 1) / 2 / count;
    means[latentSize + unit] += Math.exp(logVar[i] / 2) / count;
  }
  return Float32Array.from(means);
}

function joined<T extends Float32Array | Uint8Array>(type: new (length: number) => T, parts: readonly T[]): T {
  const all = new type(parts.reduce((total, { length }) => total + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
