/** Opens whatever a person calls a model: a model folder, the same zipped, or any ONNX decoder. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { type DecoderLayout, UserError } from '../../contract';
import { openRegular, readFailure, readWhole, sha256 } from '../files';
import { factsOf } from './model-card';
import { decodeCodes } from './files/codes';
import { describeEncoder } from './encoder';
import { decodeFaces } from './files/faces';
import { FILM } from './files/training-film';
import { describeDecoder, type DescribedDecoder } from './foreign';
import type { Manifest } from './files/manifest';
import { Model } from './model';
import { restoreModel } from './recover';
import { type OnnxGraph, readGraph } from './graph';
import { MOST_BYTES, START, whyNoOnnx } from './no-onnx';
import { createSession } from './network';
import { folderSource, LOG_VARIANCES, type Source, zipSource } from './source';

/**
 * @param file a model folder, a zipped one, or an ONNX file
 * @param layout corrects what would be guessed of a foreign decoder; model folders say themselves what they are
 * @throws UserError `not-found` | `no-access` | `not-onnx` | `bad-model`, or `bad-settings` when the layout does not fit
 */
export async function openModel(file: string, layout?: Partial<DecoderLayout>): Promise<Model> {
  try {
    await restoreModel(file);
    const source = await sourceOf(file);
    if (!source) return await openDecoder(file, layout);
    if (layout) {
      throw new UserError('bad-settings.layout-known', { path: file });
    }
    return await openSource(source, file);
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
export async function openSource(source: Source, where: string): Promise<Model> {
  const { manifest } = source;
  const [decoderBytes, encoderBytes, codeBytes, logVarBytes, faceBytes] = await Promise.all(
    ['decoder.onnx', 'encoder.onnx', 'codes.npy', LOG_VARIANCES, 'faces.json'].map((name) => source.read(name)),
  );
  if (!decoderBytes) throw new UserError('bad-model.no-decoder', { where });
  const codes = codeBytes && decodeCodes(codeBytes, manifest.latentSize, path.join(where, 'codes.npy'));
  // without the codes that are its means, a spread says nothing
  const logVar = codes && logVarBytes && decodeCodes(logVarBytes, manifest.latentSize, path.join(where, LOG_VARIANCES));
  if (codes && logVar && logVar.length !== codes.length) {
    throw new UserError('bad-model.log-variances-length', { where });
  }
  const faces = faceBytes && decodeFaces(faceBytes, path.join(where, 'faces.json'));

  const session = await createSession(decoderBytes, path.join(where, 'decoder.onnx'));
  const decoder = await describeDecoder(session, readGraph(decoderBytes), path.join(where, 'decoder.onnx'));
  checkDecoder(decoder, manifest, where);
  const encoder =
    encoderBytes &&
    describeEncoder(await createSession(encoderBytes, path.join(where, 'encoder.onnx')), manifest, where);
  const card = {
    path: where,
    name: manifest.name,
    fingerprint: manifest.files['decoder.onnx'],
    kind: manifest.kind,
    latentSize: manifest.latentSize,
    imageSize: manifest.image.size,
    channels: manifest.image.channels,
    canEncode: encoder !== null,
    layout: decoder.layout,
    found: null,
    about: manifest.about ?? null,
    facts: factsOf(manifest),
    history: manifest.history,
    film: FILM.facts in manifest.files,
  };
  return new Model(card, codes, logVar, faces, source, decoder, encoder);
}

/** What was found by running the decoder has to be what the manifest says; the range is the manifest's to say. */
function checkDecoder(decoder: DescribedDecoder, { latentSize, image }: Manifest, where: string): void {
  const { width, height, channels } = decoder.layout;
  decoder.layout = { ...decoder.layout, range: '0..1' };
  const fits =
    decoder.latentSize === latentSize && width === image.size && height === image.size && channels === image.channels;
  if (fits) return;
  throw new UserError('bad-model.sizes-disagree', {
    where,
    latentSize,
    image: `${image.channels}×${image.size}×${image.size}`,
    takes: decoder.latentSize,
    gives: `${channels}×${height}×${width}`,
  });
}

async function openDecoder(file: string, corrected: Partial<DecoderLayout> | undefined): Promise<Model> {
  await refuseOtherFiles(file);
  const bytes = await readWhole(file, MOST_BYTES);
  const graph = graphOf(bytes);
  for (const name of graph.weightFiles) {
    // onnxruntime itself refuses names that lead out of the model's folder
    if (path.isAbsolute(name) || name.split(/[/\\]/).includes('..')) continue;
    const there = await stat(path.join(path.dirname(file), name)).catch(() => null);
    if (!there) {
      throw new UserError('bad-model.weights-missing', { name, file });
    }
  }
  const session = await createSession(file, file);
  const decoder = await describeDecoder(session, graph, file, corrected);
  const { layout, latentSize } = decoder;
  const card = {
    path: file,
    name: path.basename(file, path.extname(file)),
    fingerprint: sha256(bytes),
    kind: 'decoder' as const,
    latentSize,
    imageSize: Math.max(layout.width, layout.height),
    channels: layout.channels,
    canEncode: false,
    layout,
    found: decoder.found,
    about: null,
    facts: null,
    history: [],
    film: false,
  };
  return new Model(card, null, null, null, null, decoder, null);
}

/** @throws UserError `not-onnx` naming what the file is instead */
async function refuseOtherFiles(file: string): Promise<void> {
  const handle = await openRegular(file);
  try {
    const { size } = await handle.stat();
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(START), 0, START, 0);
    const other = whyNoOnnx(buffer.subarray(0, bytesRead), size, file);
    if (other) throw other;
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
