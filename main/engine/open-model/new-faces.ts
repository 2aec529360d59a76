/** Codes drawn from what a model has learned. */
import { type DrawnFrom, type NewFaceOptions, type NewFaces, UserError } from '../../contract';
import type { Mixture } from '../maths/gaussian-mixture';
import type { Model } from '../models';
import type { Watch } from '../scheduling/watch';
import { codesToFit, mixtureCodes, quickMixture } from '../scores';
import type { OpenModel } from './open-model';

/** Draws among which the plausible ones are chosen, in multiples of those asked for. */
const CANDIDATES = 3;

/**
 * @param fitted a mixture that was fitted to the model's codes before
 * @throws UserError `bad-model` for a mixture of a model that brings no codes, `cancelled`
 */
export async function drawFaces(
  opened: OpenModel,
  { from, count, seed, plausible }: NewFaceOptions,
  fitted: Mixture | null,
  watch: Watch,
): Promise<NewFaces> {
  const { model } = opened;
  const source = from ?? usualSource(model);
  const among = plausible ? CANDIDATES * count : count;
  const drawn =
    source === 'prior' ? await model.draw(among, seed) : await fromMixture(opened, fitted, among, seed, watch);
  const codes = plausible ? await plausibleOf(opened, drawn, count) : drawn;
  return { from: source, codes, images: await model.decodePixels(codes) };
}

function usualSource({ card, codes }: Model): DrawnFrom {
  return card.kind === 'vae' || codes === null ? 'prior' : 'mixture';
}

async function fromMixture(
  opened: OpenModel,
  fitted: Mixture | null,
  count: number,
  seed: number,
  watch: Watch,
): Promise<Float32Array> {
  const { codes, logVar, latentSize, card } = opened.model;
  if (!codes) throw new UserError('bad-model.no-codes-for-mixture', { path: card.path });
  opened.mixture ??= quickMixture(codesToFit(codes, logVar), latentSize, watch).catch((error: unknown) => {
    // the next question tries once more
    opened.mixture = null;
    throw error;
  });
  return mixtureCodes(fitted ?? (await opened.mixture), count, seed);
}

/** The first `count` of the codes that do not lie in a hole; where there are fewer, the densest of the others as well. */
async function plausibleOf({ geometry, model }: OpenModel, codes: Float32Array, count: number): Promise<Float32Array> {
  const d = model.latentSize;
  const rows = Array.from({ length: codes.length / d }, (_, n) => codes.subarray(n * d, (n + 1) * d));
  const places = await Promise.all(rows.map((row) => geometry.typicality(row)));
  const order = rows.map((_, n) => n);
  const inHole = (n: number) => places[n].density?.place === 'hole';
  const density = (n: number) => places[n].density?.log ?? 0;
  const fine = order.filter((n) => !inHole(n));
  const rest = order.filter(inHole).sort((a, b) => density(b) - density(a));
  const chosen = new Float32Array(count * d);
  [...fine, ...rest].slice(0, count).forEach((n, k) => chosen.set(rows[n], k * d));
  return chosen;
}
