/** Autoencoder: L = 1/n Σ ‖x − f(g(x))‖² (Hinton & Salakhutdinov 2006). */
import type { Graph } from '../graph';
import type { Convolutions } from '../ops/convolution';
import { meanRows } from '../ops/elementwise';
import { squaredErrors } from './likelihood';
import type { Objective, Reconstruction } from './objective';

export function autoencoder(g: Graph, ops: Convolutions, r: Reconstruction): Objective {
  const loss = meanRows(g, squaredErrors(g, ops, r));
  return { loss, terms: { reconstruction: loss } };
}
