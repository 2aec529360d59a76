/** Models trained with different β, and nothing else different → a family in one folder. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { checkReplaceable, saveFolder } from '../files';
import { drawImages, type FaceRange } from '../images/synthetic/images';
import { folderSource, MANIFEST, openModel } from '../models';
import { FAMILY, type FamilyFile } from './file';
import { measureMember } from './measure';

/** All that a member keeps: codes and thumbnails would make it several times as large. */
const KEPT = ['decoder.onnx', 'encoder.onnx'];

/**
 * Measures VAEs and writes them to `out` in one piece.
 * @param folders of the models, which stay as they are
 * @param faces to measure on; none that a model was trained on
 * @throws UserError as opening models and writing folders do
 */
export async function assembleFamily(out: string, folders: readonly string[], faces: FaceRange): Promise<void> {
  await checkReplaceable(out, (name) => name === FAMILY || name.startsWith('beta-'), 'a family of β');
  const members: FamilyFile['members'] = [];
  const files = new Map<string, Uint8Array | string>();
  let realDistance: FamilyFile['realDistance'] | null = null;
  for (const folder of folders) {
    const { manifest, read } = await folderSource(folder);
    const model = await openModel(folder);
    try {
      const { realDistance: floor, ...measured } = await measureMember(model, drawImages(faces, manifest.image.size));
      realDistance = floor;
      const beta = manifest.training.beta!;
      const name = `beta-${beta}`;
      members.push({ folder: name, beta, ...measured });
      for (const file of KEPT) files.set(`${name}/${file}`, (await read(file))!);
      const kept = Object.fromEntries(KEPT.map((file) => [file, manifest.files[file]]));
      files.set(`${name}/${MANIFEST}`, asText({ ...manifest, files: kept }));
    } finally {
      await model.release();
    }
  }
  members.sort((a, b) => a.beta - b.beta);
  files.set(FAMILY, asText({ format: 1, faces, realDistance: realDistance!, members } satisfies FamilyFile));
  await saveFolder(out, async (made) => {
    for (const { folder } of members) await mkdir(path.join(made, folder));
    for (const [name, content] of files) await writeFile(path.join(made, name), content, { flush: true });
  });
}

const asText = (value: unknown): string => JSON.stringify(value, null, 2) + '\n';
