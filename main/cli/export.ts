import path from 'node:path';
import { type CodesFormat, type CollectionFormat } from '../contract';
import { codesFile } from '../engine/exports/codes-file';
import { collection } from '../engine/exports/collection';
import { flightFilm } from '../engine/exports/flight-film';
import { contactSheet } from '../engine/exports/picture';
import { encodeProvenance, provenanceOf } from '../engine/exports/provenance';
import { readFailure, readWhole, save } from '../engine/files';
import { decodeAll, decodeCodes, type Model } from '../engine/models';
import { cloudCodes, namesOf } from '../engine/open-model/cloud';
import { toScene } from '../engine/space/frames/frame';
import { principalFrame } from '../engine/space/frames/principal';
import { counted } from '../engine/text';
import { refuseIdle } from './idle-options';
import type { LayoutOptions } from './layout';
import type { Output } from './output';
import { checkExtension, checkFilePlace, checkWholeNumber, pictureFormat } from './places';
import { cancellable } from './signals';
import { withModel } from './with-model';

export const COLLECTIONS = ['pictures', 'tensorboard', 'embedding-atlas'] as const satisfies CollectionFormat[];

const CODES: Record<string, CodesFormat> = {
  '.npy': 'npy',
  '.csv': 'csv',
  '.parquet': 'parquet',
  '.safetensors': 'safetensors',
};
const ENDINGS = [...Object.keys(CODES), '.zip', '.png', '.jpg', '.jpeg', '.webp', '.gif'];

/** Faces in one picture, film or zip. */
const MOST_FACES = 4096;

export interface ExportOptions extends LayoutOptions {
  out: string;
  codes?: string;
  count?: number;
  as: CollectionFormat;
  size?: number;
  fps: number;
}

/**
 * `export M --out FILE`: the model's faces as numbers, pictures, a film, or what another program opens; the ending says
 * which.
 * @param typed options that were given, not left to their defaults
 */
export async function exportFaces(
  model: string,
  options: ExportOptions,
  typed: ReadonlySet<string>,
  output: Output,
): Promise<number> {
  const { out, count = Infinity } = options;
  const ending = checkExtension(out, ENDINGS);
  const what = `a ${ending} file`;
  refuseIdle(typed, [
    ['as', ending === '.zip', what],
    ['size', /png|jpe?g|webp|gif/.test(ending), what],
    ['fps', ending === '.gif', what],
  ]);
  if (options.count !== undefined) checkWholeNumber('--count', count, 1, 1e6);
  if (options.size !== undefined) checkWholeNumber('--size', options.size, 8, 1024);
  await checkFilePlace(out);
  return cancellable(output, (signal) =>
    withModel(
      model,
      async (open) => {
        const { latentSize } = open.card;
        const { codes, names } = await chosen(open, options);
        const most = ending in CODES ? Infinity : MOST_FACES;
        const faces = Math.min(codes.length / latentSize, count, most);
        const some = { codes: codes.subarray(0, faces * latentSize), names: names?.slice(0, faces) ?? null };
        const onProgress = (done: number, total: number) => output.progress(done, total, `${done} of ${total} faces`);
        await save(out, await fileOf(open, some, options, { signal, onProgress }));
        output.clear();
        output.event({ event: 'done', out: path.resolve(out), count: faces, latentSize });
        output.say(`Wrote ${counted(faces, 'face')} to ${out}.`);
      },
      options,
    ),
  );
}

interface Faces {
  codes: Float32Array;
  names: string[] | null;
}

/** The codes in a file, or those that the model shows. */
async function chosen(model: Model, { codes: file }: ExportOptions): Promise<Faces> {
  if (file === undefined) return { codes: cloudCodes(model), names: await namesOf(model) };
  const bytes = await readWhole(file).catch((error) => {
    throw readFailure(error, file);
  });
  return { codes: decodeCodes(bytes, model.latentSize, file), names: null };
}

type Watching = Parameters<typeof decodeAll>[2];

async function fileOf(
  model: Model,
  { codes, names }: Faces,
  { out, as, size, fps }: ExportOptions,
  watch: Watching,
): Promise<Uint8Array> {
  const { latentSize, card } = model;
  const ending = checkExtension(out, ENDINGS);
  if (ending in CODES) return codesFile(codes, latentSize, names, CODES[ending]);
  const packet = encodeProvenance(provenanceOf(card, codes, {}));
  const side = size ?? Math.max(8, card.imageSize);
  if (ending === '.gif') {
    return flightFilm(model, codes, { format: 'gif', size: side, fps, loop: 'forever' }, packet, watch);
  }
  const images = await decodeAll(model, codes, watch);
  const columns = Math.ceil(Math.sqrt(images.count));
  if (ending !== '.zip')
    return contactSheet(images, { format: pictureFormat(out), size: side, columns, gap: 0 }, packet);
  const positions = toScene(codes, principalFrame(codes, latentSize));
  const numbered = Array.from({ length: images.count }, (_, i) => String(i + 1).padStart(4, '0'));
  return collection({ images, codes, latentSize, names: names ?? numbered, positions }, as, watch);
}
