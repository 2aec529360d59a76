/** Models trained with different β, and nothing else different → a family in one folder. */
import path from 'node:path';
import { checkReplaceable, type FolderKind, saveFolder } from '../files';
import { drawImages, type FaceRange } from '../images/synthetic/images';
import { folderSource, MANIFEST, MODEL_FOLDER, openModel } from '../models';
import { FAMILY, type FamilyFile, readFamily } from './file';
import { measureMember } from './measure';

/** All that a member keeps: codes and thumbnails would make it several times as large. */
const KEPT = ['decoder.onnx', 'encoder.onnx'];

/** The family's own file, and a model folder a member. */
const FAMILY_FOLDER: FolderKind = {
  what: 'folder.beta-family',
  named: (name) => name === FAMILY || /^beta-[\d.]+\/$/.test(name) || MODEL_FOLDER.named(inMember(name)),
  async ours(folder, names) {
    const family = await readFamily(folder).catch(() => null);
    if (!family) return new Set();
    const ours = new Set([FAMILY]);
    for (const { folder: member } of family.members) {
      const files = names.filter((name) => name.startsWith(`${member}/`)).map(inMember);
      for (const name of await MODEL_FOLDER.ours(path.join(folder, member), files)) ours.add(`${member}/${name}`);
    }
    return ours;
  },
};

/** The name of a file within its member's folder; empty where it lies in none. */
const inMember = (name: string): string => /^beta-[\d.]+\/(.+)$/.exec(name)?.[1] ?? '';

/**
 * Measures VAEs and writes them to `out` in one piece.
 * @param folders of the models, which stay as they are
 * @param faces to measure on; none that a model was trained on
 * @throws UserError as opening models and writing folders do
 */
export async function assembleFamily(out: string, folders: readonly string[], faces: FaceRange): Promise<void> {
  await checkReplaceable(out, FAMILY_FOLDER);
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
  await saveFolder(out, FAMILY_FOLDER, async (write) => {
    for (const [name, content] of files) await write(name, content);
  });
}

const asText = (value: unknown): string => JSON.stringify(value, null, 2) + '\n';
