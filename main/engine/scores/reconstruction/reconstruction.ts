/** How well held-out images come back from their codes, and from linear PCA of the same latent size. */
import type { Estimate, ReconstructionScores } from '../../../contract';
import { toUnitRange, type Images } from '../../images';
import type { Model } from '../../models';
import { inPieces, type Watch } from '../../scheduling/watch';
import { meanEstimate } from '../../maths/bootstrap';
import { areaOf, heightOf } from '../../maths/rectangle';
import type { ImagePca } from './pca';
import { psnr, SMALLEST_FOR_SSIM, squaredErrors, ssim } from './similarity';

/** Images decoded at a time. */
const IMAGES_A_PIECE = 32;

export interface Reconstructions {
  model: ReconstructionScores;
  pca: ReconstructionScores;
  /** Mean over the images of PCA's squared error minus the model's: above 0, the model is better. */
  advantage: Estimate;
}

/** Scores decode(μ(x)) and PCA's nearest image for each image x. @throws UserError `bad-model`, `cancelled` */
export async function scoreReconstruction(
  model: Model,
  pca: ImagePca,
  images: Images,
  watch: Watch = {},
): Promise<Reconstructions> {
  const ours = new Measured(images);
  const linear = new Measured(images);
  const values = images.channels * areaOf(images);
  for await (const { start, end } of inPieces(images.count, IMAGES_A_PIECE, watch)) {
    const x = toUnitRange(images.pixels.subarray(start * values, end * values));
    ours.add(x, await model.decode((await model.encode(x)).mu));
    linear.add(x, pca.reconstruct(x));
  }
  return {
    model: ours.scores(),
    pca: linear.scores(),
    advantage: meanEstimate(linear.errors.map((error, i) => error - ours.errors[i])),
  };
}

/** Errors and similarities, image by image. */
class Measured {
  readonly #shape: Images;
  readonly errors: number[] = [];
  readonly #similarities: number[] = [];

  constructor(shape: Images) {
    this.#shape = shape;
  }

  add(images: Float32Array, reconstructions: Float32Array): void {
    const { channels } = this.#shape;
    const values = channels * areaOf(this.#shape);
    const count = images.length / values;
    this.errors.push(...squaredErrors(images, reconstructions, count));
    if (Math.min(this.#shape.size, heightOf(this.#shape)) < SMALLEST_FOR_SSIM) return;
    for (let n = 0; n < count; n++) {
      const [from, to] = [n * values, (n + 1) * values];
      this.#similarities.push(
        ssim(images.subarray(from, to), reconstructions.subarray(from, to), channels, this.#shape),
      );
    }
  }

  scores(): ReconstructionScores {
    return {
      mse: meanEstimate(this.errors),
      psnr: meanEstimate(this.errors.map(psnr)),
      ssim: this.#similarities.length > 0 ? meanEstimate(this.#similarities) : null,
    };
  }
}
