/**
 * Re-encoding drift: how far a code lies from the code of the image it decodes to. A VAE's encoder need not know the
 * images its decoder makes (Cemgil et al. 2020, "The autoencoding variational autoencoder", section 2).
 */
import type { Estimate } from '../../../contract';
import { decodeInPieces } from '../../models';
import type { Watch } from '../../scheduling/watch';
import { meanOf } from '../../maths/mean';
import { meanEstimate } from '../../maths/bootstrap';
import type { Variational } from '../likelihood/bound';

/** Codes decoded and encoded at a time. */
const CODES_A_PIECE = 64;

/** Root mean square distance of codes from their mean. */
export function spreadOf(codes: Float32Array, latentSize: number): number {
  const mean = meanOf(codes, latentSize);
  let sum = 0;
  for (let at = 0; at < codes.length; at++) sum += (codes[at] - mean[at % latentSize]) ** 2;
  return Math.sqrt(sum / (codes.length / latentSize));
}

/** Mean of ‖μ(f(z)) − z‖ / `spread` over `codes`. @throws UserError `bad-model`, `cancelled` */
export async function scoreDrift(
  model: Variational,
  codes: Float32Array,
  spread: number,
  watch: Watch = {},
): Promise<Estimate> {
  const d = model.latentSize;
  const distances: number[] = [];
  for await (const { codes: z, images } of decodeInPieces(model, codes, watch, CODES_A_PIECE)) {
    const { mu } = await model.encode(images);
    for (let n = 0; n < z.length / d; n++) {
      let squares = 0;
      for (let i = n * d; i < (n + 1) * d; i++) squares += (mu[i] - z[i]) ** 2;
      distances.push(Math.sqrt(squares) / spread);
    }
  }
  return meanEstimate(distances);
}
