/** The film of a model's training, as one sees it. */
import { type LinearFrame, type TrainingFilm, UserError } from '../../contract';
import { decodeFilm, type Model } from '../models';
import { codeUse } from '../space/posteriors/collapse';
import { toScene } from '../space/frames/frame';

/**
 * @param frame of the model's principal components
 * @throws UserError `not-found` for a model without a film, `bad-model`
 */
export async function trainingFilm({ source, card }: Model, frame: LinearFrame): Promise<TrainingFilm> {
  const film = source && (await decodeFilm(source, card.path));
  if (!film) {
    throw new UserError('not-found.training-film', { name: card.name });
  }
  const { steps, faces, codes, posteriors, planned, warmUp, sheet, tile, reconstructions, samples } = film;
  const d = card.latentSize;
  const row = (k: number) => codes.subarray(k * faces.length * d, (k + 1) * faces.length * d);
  const posterior = (k: number, what: 0 | 1) => posteriors!.subarray((2 * k + what) * d, (2 * k + what + 1) * d);
  return {
    steps,
    faces: Uint32Array.from(faces),
    positions: toScene(codes, frame),
    sheet: new Uint8Array(sheet),
    tile,
    reconstructions,
    samples,
    use: posteriors && steps.map((step, k) => codeUse(row(k), posterior(k, 0), { step, steps: planned, warmUp })),
    sigma: posteriors && Float32Array.from(steps.flatMap((_, k) => [...posterior(k, 1)])),
  };
}
