/**
 * Regularised autoencoder: ‖x − f(g(x))‖² + α·½‖z‖² + λ·‖θ‖², the codes kept small and the decoder smooth
 * (Ghosh et al. 2020, RAE-L2, equation 11). The weight term is applied by the optimiser as weight decay of the
 * decoder's weights.
 */
import type { Graph, Val } from '../graph';
import type { Convolutions } from '../ops/convolution';
import { add, meanRows, scale, sumSquares } from '../ops/elementwise';
import { squaredErrors } from './likelihood';
import type { Objective, Reconstruction } from './objective';

export function regularised(g: Graph, ops: Convolutions, r: Reconstruction, z: Val, codeWeight: number): Objective {
  const error = meanRows(g, squaredErrors(g, ops, r));
  const code = scale(g, sumSquares(g, z), 0.5 / z.shape[0]);
  return { loss: add(g, error, scale(g, code, codeWeight)), terms: { reconstruction: error, code } };
}
