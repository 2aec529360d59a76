import path from 'node:path';
import { UserError } from '../contract';
import { contactSheet } from '../engine/exports/picture';
import { encodeProvenance, provenanceOf } from '../engine/exports/provenance';
import { save } from '../engine/files';
import type { Model } from '../engine/models';
import { codesToFit, fitToCodes, mixtureCodes } from '../engine/scores';
import { counted } from '../engine/text';
import type { LayoutOptions } from './layout';
import type { Output } from './output';
import { checkFilePlace, checkWholeNumber, pictureFormat } from './places';
import { withModel } from './with-model';

/** More would be a picture that no program opens. */
const MOST_SAMPLES = 10_000;

export interface SampleOptions extends LayoutOptions {
  count: number;
  from: 'prior' | 'mixture';
  seed: number;
  out: string;
}

/** `sample M --count N --from prior|mixture --seed S --out sheet.png`: N codes, decoded. */
export async function sample(model: string, options: SampleOptions, output: Output): Promise<void> {
  const { count, from, seed, out } = options;
  checkWholeNumber('--count', count, 1, MOST_SAMPLES);
  checkWholeNumber('--seed', seed, 0, 2 ** 31 - 1);
  const format = pictureFormat(out);
  await checkFilePlace(out);
  await withModel(
    model,
    async (open) => {
      const codes = from === 'prior' ? await open.draw(count, seed) : await fromMixture(open, { count, seed }, output);
      const packet = encodeProvenance(provenanceOf(open.card, codes, { seed }));
      const sheet = { format, size: open.card.imageSize, columns: Math.ceil(Math.sqrt(count)), gap: 0 };
      await save(out, await contactSheet(await open.decodePixels(codes), sheet, packet));
      output.event({ event: 'done', out: path.resolve(out), count, seed, from });
      output.say(`Wrote ${counted(count, 'sample')} to ${out}.`);
    },
    options,
  );
}

async function fromMixture(model: Model, { count, seed }: { count: number; seed: number }, output: Output) {
  if (!model.codes) {
    throw new UserError('bad-model.no-codes-for-mixture', { path: model.card.path });
  }
  const { mixture, facts } = await fitToCodes(codesToFit(model.codes, model.logVar), model.card.latentSize, {
    onProgress: (done, total) => output.progress(done, total, 'fitting a mixture'),
  });
  output.clear();
  output.event({ event: 'mixture', ...facts });
  const { components, covariance, seconds } = facts;
  output.note(
    `Fitted ${counted(components, 'Gaussian')} with ${covariance} covariance to ${facts.codes} codes in ${seconds.toFixed(1)} s.`,
  );
  return mixtureCodes(mixture, count, seed);
}
