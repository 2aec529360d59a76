/** Opens whatever a person calls a model: a model folder, the same zipped, or any ONNX decoder. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { type DecoderLayout, printable, UserError } from '../../contract';
import { planar } from '../images/batch';
import { drawFace } from '../images/synthetic/draw';
import { drawFactors } from '../images/synthetic/factors';
import { openRegular, readFailure, readWhole, sha256 } from '../files';
import { heightOf } from '../maths/rectangle';
import { factsOf } from './model-card';
import { decodeCodes, WIDEST } from './files/codes';
import { describeEncoder } from './encoder';
import { decodeFaces } from './files/faces';
import { FILM } from './files/training-film';
import { type Autoencoder, type AutoencoderFile, openAutoencoder } from './autoencoder';
import { type Companion, companionOf } from './companions';
import { describeDecoder, type DescribedDecoder } from './foreign';
import { describeForeignEncoder } from './foreign-encoder';
import { describeMapping } from './mapping';
import type { Manifest } from './files/manifest';
import { Model, type Networks } from './model';
import { restoreModel } from './recover';
import { type OnnxGraph, readGraph } from './graph';
import { withWeightsInside } from './part';
import { MOST_BYTES, START, whyNoOnnx } from './no-onnx';
import { loadHere, type LoadSession, type Session } from './session';
import { folderSource, LOG_VARIANCES, type Source, zipSource } from './source';

/**
 * @param file a model folder, a zipped one, or an ONNX file
 * @param layout corrects what would be guessed of a foreign decoder; model folders say themselves what they are
 * @param load where its networks run
 * @throws UserError `not-found` | `no-access` | `not-onnx` | `bad-model`, or `bad-settings` when the layout does not fit
 */
export async function openModel(
  file: string,
  layout?: Partial<DecoderLayout>,
  load: LoadSession = loadHere,
): Promise<Model> {
  try {
    await restoreModel(file);
    const source = await sourceOf(file);
    if (!source) return await openDecoder(file, layout, load);
    if (layout) {
      throw new UserError('bad-settings.layout-known', { path: file });
    }
    return await openSource(source, file, load);
  } catch (error) {
    throw readFailure(error, file);
  }
}

/** The model folder or zipped one at `file`; null for anything else. Rejects with what reading rejects with. */
export async function sourceOf(file: string): Promise<Source | null> {
  if ((await stat(file)).isDirectory()) return folderSource(file);
  return (await isZip(file)) ? zipSource(await readWhole(file), file) : null;
}

async function isZip(file: string): Promise<boolean> {
  const handle = await openRegular(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0);
    return bytesRead === 4 && buffer.toString('latin1') === 'PK\x03\x04';
  } finally {
    await handle.close();
  }
}

/** A model from its own files. @throws UserError `bad-model` */
export async function openSource(source: Source, where: string, load: LoadSession = loadHere): Promise<Model> {
  const { manifest } = source;
  const [decoderBytes, encoderBytes, codeBytes, logVarBytes, faceBytes] = await Promise.all(
    ['decoder.onnx', 'encoder.onnx', 'codes.npy', LOG_VARIANCES, 'faces.json'].map((name) => source.read(name)),
  );
  if (!decoderBytes) throw new UserError('bad-model.no-decoder', { where });
  const codes = codeBytes && decodeCodes(codeBytes, manifest.latentSize, path.join(where, 'codes.npy'));
  // without the codes that are its means, a spread says nothing
  const logVar =
    codes && logVarBytes && decodeCodes(logVarBytes, manifest.latentSize, path.join(where, LOG_VARIANCES), WIDEST);
  if (codes && logVar && logVar.length !== codes.length) {
    throw new UserError('bad-model.log-variances-length', { where });
  }
  const faces = faceBytes && decodeFaces(faceBytes, path.join(where, 'faces.json'));

  const session = await load(decoderBytes, path.join(where, 'decoder.onnx'));
  const decoder = await describeDecoder(session, readGraph(decoderBytes), path.join(where, 'decoder.onnx'));
  checkDecoder(decoder, manifest, where);
  const encoder =
    encoderBytes && describeEncoder(await load(encoderBytes, path.join(where, 'encoder.onnx')), manifest, where);
  const card = {
    path: where,
    name: manifest.name,
    fingerprint: manifest.files['decoder.onnx'],
    kind: manifest.kind,
    motif: manifest.training.motif ?? 'faces',
    latentSize: manifest.latentSize,
    imageSize: Math.max(manifest.image.size, heightOf(manifest.image)),
    channels: manifest.image.channels,
    canEncode: encoder !== null,
    layout: decoder.layout,
    found: null,
    about: manifest.about ?? null,
    facts: factsOf(manifest),
    history: manifest.history,
    film: FILM.facts in manifest.files,
  };
  const decoderFile = async () => (await source.read('decoder.onnx'))!;
  return new Model(card, codes, logVar, faces, source, { decoder, decoderFile, encoder, load });
}

/** What was found by running the decoder has to be what the manifest says; the range is the manifest's to say. */
function checkDecoder(decoder: DescribedDecoder, { latentSize, image }: Manifest, where: string): void {
  const { width, height, channels } = decoder.layout;
  decoder.layout = { ...decoder.layout, range: '0..1' };
  const fits =
    decoder.latentSize === latentSize &&
    width === image.size &&
    height === heightOf(image) &&
    channels === image.channels;
  if (fits) return;
  throw new UserError('bad-model.sizes-disagree', {
    where,
    latentSize,
    image: `${image.channels}×${heightOf(image)}×${image.size}`,
    takes: decoder.latentSize,
    gives: `${channels}×${height}×${width}`,
  });
}

async function openDecoder(
  file: string,
  corrected: Partial<DecoderLayout> | undefined,
  load: LoadSession,
): Promise<Model> {
  const other = await otherFile(file);
  if (other) throw other;
  const bytes = await readWhole(file, MOST_BYTES);
  const graph = graphOf(bytes);
  for (const name of graph.weightFiles) {
    // onnxruntime itself refuses names that lead out of the model's folder
    if (path.isAbsolute(name) || name.split(/[/\\]/).includes('..')) continue;
    await checkWeights(path.join(path.dirname(file), name), { name, file });
  }
  const session = await load(file, file);
  const networks = await networksOf({ file, onnx: bytes, graph, session, load }, corrected);
  const { layout, latentSize, found } = networks.decoder;
  const card = {
    path: file,
    name: path.basename(file, path.extname(file)),
    fingerprint: sha256(bytes),
    kind: 'decoder' as const,
    motif: 'images' as const,
    latentSize,
    imageSize: Math.max(layout.width, layout.height),
    channels: layout.channels,
    canEncode: networks.encoder !== null,
    layout,
    found,
    about: null,
    facts: null,
    history: [],
    film: false,
  };
  return new Model(card, null, null, null, null, networks);
}

/** @throws UserError where the file with a model's weights is not there, or a pointer to it is */
async function checkWeights(place: string, of: { name: string; file: string }): Promise<void> {
  const there = await stat(place).catch(() => null);
  if (!there?.isFile()) throw new UserError('bad-model.weights-missing', of);
  const other = await otherFile(place);
  if (other?.key === 'not-onnx.git-lfs') throw new UserError('bad-model.weights-pointer', of);
}

/** Codes used for a model that has none of its own. */
const STAND_INS = 512;
/** Pixels of the faces that are drawn for an autoencoder, and the fewest faces: drawing takes time. */
const DRAWN_PIXELS = 96 * 64 ** 2;
const FEWEST_DRAWN = 8;

/** A decoder with what lies beside it, or a whole autoencoder. */
async function networksOf(whole: AutoencoderFile, corrected?: Partial<DecoderLayout>): Promise<Networks> {
  const { file, graph, session, load } = whole;
  // Of an autoencoder the code may be a tensor within.
  const isOwn = corrected?.input === undefined || session.inputMetadata.some(({ name }) => name === corrected.input);
  try {
    if (!isOwn) await describeDecoder(session, graph, file);
    const decoder = await describeDecoder(session, graph, file, corrected);
    const decoderFile = async () => withWeightsInside(await readWhole(file, MOST_BYTES), path.dirname(file));
    return { decoder, decoderFile, load, ...(await besideOf(file, decoder, load)) };
  } catch (error) {
    if (!(error instanceof UserError && error.key === 'bad-model.autoencoder')) throw error;
    return { load, ...(await withFaces(await openAutoencoder(whole, corrected))) };
  }
}

/** Files that fit a decoder and lie beside it: an encoder, a mapping network. What does not fit is left alone. */
async function besideOf(
  file: string,
  decoder: DescribedDecoder,
  load: LoadSession,
): Promise<Pick<Networks, 'encoder' | 'mapping' | 'standIns'>> {
  const mapping = await companion(file, ['mapping'], load, (session, { file: where }) =>
    describeMapping(session, decoder, where),
  );
  const encoder = await companion(file, ['encoder', 'encode', 'enc'], load, (session, { file: where, named }) =>
    describeForeignEncoder(session, decoder, { where, certain: named }),
  );
  return { encoder, mapping, standIns: mapping && (await mapping.draw(STAND_INS, 0)) };
}

async function companion<T>(
  file: string,
  words: readonly string[],
  load: LoadSession,
  describe: (session: Session, beside: Companion) => Promise<T | null>,
): Promise<T | null> {
  const beside = await companionOf(file, words);
  if (!beside) return null;
  try {
    const session = await load(beside.file, beside.file);
    const described = await describe(session, beside);
    if (!described) await session.release();
    return described;
  } catch (error) {
    console.warn(`"${printable(beside.file)}" is not used: ${(error as Error).message}`);
    return null;
  }
}

/** An autoencoder's codes are nowhere in particular: those of drawn faces say where. */
async function withFaces(autoencoder: Autoencoder): Promise<Omit<Networks, 'load'>> {
  const { decoder, encoder } = autoencoder;
  const { width, channels } = decoder.layout;
  const count = Math.round(Math.min(STAND_INS, Math.max(FEWEST_DRAWN, DRAWN_PIXELS / width ** 2)));
  const images = new Float32Array(count * channels * width * width);
  for (let i = 0; i < count; i++)
    images.set(planar(drawFace(drawFactors(0, i), width), channels), i * channels * width * width);
  return { ...autoencoder, standIns: (await encoder.encode(images, count)).mu };
}

/** What a file is that is no ONNX model, as far as its beginning tells. */
async function otherFile(file: string): Promise<UserError | null> {
  const handle = await openRegular(file);
  try {
    const { size } = await handle.stat();
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(START), 0, START, 0);
    return whyNoOnnx(buffer.subarray(0, bytesRead), size, file);
  } finally {
    await handle.close();
  }
}

function graphOf(bytes: Uint8Array): OnnxGraph {
  try {
    return readGraph(bytes);
  } catch {
    return { nodes: [], weightFiles: [] }; // no protobuf: onnxruntime says so
  }
}
