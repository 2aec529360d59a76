/** Writes a model folder, all of it or nothing. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { type ScoreReport, UserError } from '../../contract';
import type { FaceFinder } from '../images/alignment/align';
import { checkReplaceable, readFailure, readText, save, saveFolder, saveNewFolder, sha256 } from '../files';
import { evenly, evenRows } from '../maths/evenly';
import { decodeCodes, encodeCodes, WIDEST } from './files/codes';
import { encodeFaces } from './files/faces';
import { encodeFilm, type Film } from './files/training-film';
import { type Manifest, parseManifest } from './files/manifest';
import { MODEL_FOLDER } from './kind';
import type { Model } from './model';
import { decodeLabels, encodeLabels, LABELS } from './files/labels';
import { encodeNames, NAMES } from './files/names';
import { openSource, sourceOf } from './open';
import { folderSource, LOG_VARIANCES, MANIFEST } from './source';
import { heightOf } from '../maths/rectangle';
import { makeThumbnails, sheetName } from './files/thumbnails';

export interface ModelFiles {
  /** `files` is filled in here. */
  manifest: Omit<Manifest, 'files'>;
  /** ONNX: `z [N, latentSize]` → `[N, C, H, W]`, 0..1. */
  decoder: Uint8Array;
  /** ONNX: `[N, C, H, W]` → `mu [N, latentSize]`, and `log_var` for a VAE. */
  encoder: Uint8Array;
  /** Codes of the training images, `[count, latentSize]`. */
  codes: Float32Array;
  /** Log-variances of the posteriors whose means are `codes`; null for a model whose codes are points. */
  logVar: Float32Array | null;
  /** The files whose codes they are, in their order. */
  names?: readonly string[];
  /** What is known of the images whose codes they are, in their order, see `CuratedImage.labels`. */
  labels?: readonly (readonly string[])[];
  /** How faces were aligned, see `Dataset.faces`. */
  faces: FaceFinder | null;
  /** Of its training; absent where none was recorded. */
  film?: Film;
}

/**
 * Writes `model.json`, the networks, the codes and their thumbnails, decoded by the model itself. The model is opened
 * before anything is written, and its folder made beside its place and put there in one piece: a model that was there
 * before is replaced only by a whole one that works.
 * @throws UserError `no-space` | `no-access` | `not-found` | `bad-settings` (see `checkDestination`), or `bad-model` when
 * the parts do not fit one another; nothing has changed then
 */
export async function writeModel(
  folder: string,
  { manifest, decoder, encoder, codes, logVar, names, labels, faces, film }: ModelFiles,
): Promise<void> {
  await checkDestination(folder);
  const files: Record<string, Uint8Array> = {
    'decoder.onnx': decoder,
    'encoder.onnx': encoder,
    'codes.npy': encodeCodes(codes, manifest.latentSize),
    ...(logVar && { [LOG_VARIANCES]: encodeCodes(logVar, manifest.latentSize) }),
    ...(names && { [NAMES]: encodeNames(names) }),
    ...(labels?.some((some) => some.length > 0) && { [LABELS]: encodeLabels(labels) }),
    ...(faces && { 'faces.json': encodeFaces(faces) }),
    ...(film && (await encodeFilm(film, manifest.latentSize))),
  };
  const thumbnails = await decodeThumbnails(folder, manifestOf(manifest, files, folder), files);
  thumbnails.forEach((sheet, s) => (files[sheetName(s)] = sheet));
  files[MANIFEST] = manifestBytes(manifestOf(manifest, files, folder));

  await saveFolder(folder, MODEL_FOLDER, async (write) => {
    for (const [name, bytes] of Object.entries(files)) await write(name, bytes);
  });
}

/**
 * Adds files to the model in `folder`, and to its manifest. The manifest is written last: until then the new files count
 * as none of the model's.
 * @throws UserError `no-space` | `no-access`
 */
export async function addFiles(folder: string, files: Record<string, Uint8Array>): Promise<void> {
  for (const [name, bytes] of Object.entries(files)) await save(path.join(folder, name), bytes);
  await changeManifest(folder, (manifest) => {
    for (const [name, bytes] of Object.entries(files)) manifest.files[name] = sha256(bytes);
  });
}

/**
 * Puts files in the place of those of the model in `folder` that have their names: all of them or none.
 * @throws UserError `bad-model` | `no-space` | `no-access`
 */
export async function replaceFiles(folder: string, files: Record<string, Uint8Array>): Promise<void> {
  const { manifest, read } = await folderSource(folder);
  const sums = Object.fromEntries(
    Object.entries(files).map(([name, bytes]): [string, string] => [name, sha256(bytes)]),
  );
  await saveFolder(folder, MODEL_FOLDER, async (write) => {
    for (const name of Object.keys(manifest.files)) await write(name, files[name] ?? (await read(name))!);
    await write(MANIFEST, manifestBytes({ ...manifest, files: { ...manifest.files, ...sums } }));
  });
}

/**
 * Changes a model's manifest; what else is in it stays, be it understood here or not.
 * @throws UserError `bad-model` | `no-space` | `no-access`
 */
async function changeManifest(folder: string, alter: (manifest: Manifest) => void): Promise<void> {
  const file = path.join(folder, MANIFEST);
  const text = await readText(file).catch((error) => {
    throw readFailure(error, file);
  });
  parseManifest(text, folder);
  const manifest = JSON.parse(text) as Manifest;
  alter(manifest);
  parseManifest(JSON.stringify(manifest), folder);
  await save(file, manifestBytes(manifest));
}

/**
 * Writes what its makers say of a model into its manifest.
 * @throws UserError `bad-model` | `no-space` | `no-access`
 */
export async function describeModel(folder: string, about: NonNullable<Manifest['about']>): Promise<void> {
  await changeManifest(folder, (manifest) => Object.assign(manifest, { about }));
}

/** Gives the model in `folder` another name. @throws UserError `bad-model` | `no-space` | `no-access` */
export async function renameModel(folder: string, name: string): Promise<void> {
  const { manifest } = await folderSource(folder);
  await save(path.join(folder, MANIFEST), manifestBytes(named(manifest, name)));
}

/**
 * Writes the model folder or zipped model at `file` once more, under another name, where nothing is yet. Returns false if
 * somebody else took that place.
 * @throws UserError `bad-model` for anything else; as `writeModel`
 */
export async function copyModel(file: string, folder: string, name: string): Promise<boolean> {
  const source = await sourceOf(file);
  if (!source) throw new UserError('bad-model.not-a-model', { where: file });
  return saveNewFolder(folder, MODEL_FOLDER, async (write) => {
    for (const each of Object.keys(source.manifest.files)) await write(each, (await source.read(each))!);
    await write(MANIFEST, manifestBytes(named(source.manifest, name)));
  });
}

/** What its makers called it in each language goes with its old name. */
function named({ about, ...manifest }: Manifest, name: string): Manifest {
  return { ...manifest, name, ...(about && { about: { ...about, name: undefined } }) };
}

/**
 * Leaves the model in `folder` evenly chosen ones of its codes, with their labels, so that it takes little room; names and
 * film go. Models of the same images keep the same ones. One that has no more is left as it is.
 * @throws UserError `bad-model` | `no-space` | `no-access`
 */
export async function thinModel(folder: string, count: number): Promise<void> {
  const source = await folderSource(folder);
  const { files: _, ...manifest } = source.manifest;
  const bytesOf = async (name: string) => (await source.read(name))!;
  const { latentSize, dataset } = manifest;
  const codes = decodeCodes(await bytesOf('codes.npy'), latentSize, folder);
  const all = codes.length / latentSize;
  if (all <= count) return;
  const rows = evenly(all, count);
  const logVar = await source.read(LOG_VARIANCES);
  const labels = await source.read(LABELS);
  const { identity } = dataset;
  await writeModel(folder, {
    manifest: {
      ...manifest,
      dataset: { ...dataset, identity: identity && sha256(new TextEncoder().encode(`${identity} ${rows.length}`)) },
    },
    decoder: await bytesOf('decoder.onnx'),
    encoder: await bytesOf('encoder.onnx'),
    codes: evenRows(codes, latentSize, count),
    logVar: logVar && evenRows(decodeCodes(logVar, latentSize, folder, WIDEST), latentSize, count),
    labels: labels ? pick(decodeLabels(labels, all, folder), rows) : undefined,
    faces: null,
  });
}

const pick = <T>(items: readonly T[], rows: Int32Array): T[] => Array.from(rows, (row) => items[row]);

/**
 * Removes the names and labels of the files that the codes of the model in `folder` come from: of people's photographs they
 * may tell whose.
 */
export async function forgetNames(folder: string): Promise<void> {
  for (const file of [NAMES, LABELS]) {
    await changeManifest(folder, (manifest) => delete manifest.files[file]);
    await rm(path.join(folder, file), { force: true });
  }
}

/**
 * Writes what was measured of an open model into its manifest. Of the folder it was measured on, only the name is kept:
 * models are given away.
 * @throws UserError `bad-model` when it has no folder; `no-space` | `no-access`
 */
export async function keepScores({ source, card }: Model, report: ScoreReport): Promise<void> {
  if (!source?.folder) {
    throw new UserError('bad-model.scores-not-kept', { path: card.path });
  }
  const data = report.data && { ...report.data, folder: path.basename(report.data.folder) };
  await changeManifest(source.folder, (manifest) => Object.assign(manifest.scores, { report: { ...report, data } }));
}

/**
 * Whether a model may be written to `folder`: there is nothing yet, or a model as it was written and nothing else, and none
 * that comes with the app. Ask before a long run, not after it.
 * @throws UserError `bad-settings` | `no-access`
 */
export async function checkDestination(folder: string): Promise<void> {
  const there = await folderSource(folder).catch(() => null);
  // Only those carry what their makers say.
  if (there?.manifest.about) throw new UserError('bad-settings.bundled-model', { path: folder });
  await checkReplaceable(folder, MODEL_FOLDER);
}

const manifestBytes = (manifest: Manifest) => new TextEncoder().encode(JSON.stringify(manifest, null, 2) + '\n');

function manifestOf(facts: Omit<Manifest, 'files'>, files: Record<string, Uint8Array>, folder: string): Manifest {
  const sums = Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, sha256(bytes)]));
  return parseManifest(JSON.stringify({ ...facts, files: sums }), folder);
}

/** Opens the model as it will be, which proves that its parts fit, and decodes its codes. */
async function decodeThumbnails(
  folder: string,
  manifest: Manifest,
  files: Record<string, Uint8Array>,
): Promise<Uint8Array[]> {
  const model = await openSource({ manifest, folder: null, read: async (name) => files[name] ?? null }, folder);
  try {
    const decode = (codes: Float32Array) => model.decodePixels(codes);
    return (
      await makeThumbnails(
        decode,
        model.codes!,
        manifest.latentSize,
        Math.max(manifest.image.size, heightOf(manifest.image)),
      )
    ).sheets;
  } finally {
    await model.release();
  }
}
