/** Many faces with their names and codes in one zip: as pictures, or as the folder that another program opens. */
import { zipSync, type Zippable } from 'fflate';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { type CollectionFormat, type ImageBatch } from '../../contract';
import { inPieces, type Watch } from '../scheduling/watch';
import { codesFile, shortest } from './codes-file';
import { contactSheet, picture, sizeOf } from './picture';

export interface Collection {
  images: ImageBatch;
  /** `[n, latentSize]` */
  codes: Float32Array;
  latentSize: number;
  names: readonly string[];
  /** Where they lie in the frame, `[n, 3]`. */
  positions: Float32Array;
}

/** Pixels per side of a sprite that TensorBoard's projector takes. */
const LARGEST_SPRITE = 8192;

export async function collection(faces: Collection, format: CollectionFormat, watch: Watch): Promise<Uint8Array> {
  const make = { pictures, tensorboard, 'embedding-atlas': embeddingAtlas }[format];
  // pictures are compressed already
  return zipSync(await make(faces, watch), { level: 1 });
}

async function pngs({ images }: Collection, watch: Watch): Promise<Uint8Array[]> {
  const size = Math.max(images.width, images.height);
  const files: Uint8Array[] = [];
  for await (const { start: i } of inPieces(images.count, 1, watch)) {
    files.push(await picture(images, i, { format: 'png', size }, null));
  }
  return files;
}

async function pictures(faces: Collection, watch: Watch): Promise<Zippable> {
  const files = await pngs(faces, watch);
  const names = uniqueNames(faces.names);
  return {
    faces: Object.fromEntries(files.map((file, i) => [`${names[i]}.png`, file])),
    'codes.csv': codesFile(faces.codes, faces.latentSize, names, 'csv'),
    'codes.npy': codesFile(faces.codes, faces.latentSize, null, 'npy'),
  };
}

/** What `tensorboard --logdir FOLDER` shows as its projector: tensors, labels and a sprite of all faces. */
async function tensorboard({ images, codes, latentSize, names }: Collection): Promise<Zippable> {
  const columns = Math.ceil(Math.sqrt(images.count));
  const side = Math.max(images.width, images.height);
  const size = Math.max(8, Math.min(side, Math.floor(LARGEST_SPRITE / columns)));
  const { width, height } = sizeOf(images, size);
  const rows: string[] = [];
  for (let i = 0; i < images.count; i++) {
    rows.push(Array.from(codes.subarray(i * latentSize, (i + 1) * latentSize), shortest).join('\t'));
  }
  const config = `embeddings {
  tensor_name: "codes"
  tensor_path: "tensors.tsv"
  metadata_path: "metadata.tsv"
  sprite {
    image_path: "sprite.png"
    single_image_dim: ${width}
    single_image_dim: ${height}
  }
}
`;
  return {
    'projector_config.pbtxt': text(config),
    'tensors.tsv': text(rows.join('\n') + '\n'),
    'metadata.tsv': text(names.map((name) => name.replace(/[\t\r\n]/g, ' ')).join('\n') + '\n'),
    'sprite.png': await contactSheet(images, { format: 'png', size, columns, gap: 0 }, null),
  };
}

/** A table for `embedding-atlas faces.parquet --x x --y y --image image`. */
async function embeddingAtlas(faces: Collection, watch: Watch): Promise<Zippable> {
  const { codes, latentSize, names, positions } = faces;
  const images = await pngs(faces, watch);
  const count = images.length;
  const axis = (k: number) => Float32Array.from({ length: count }, (_, i) => positions[3 * i + k]);
  const latents = Array.from({ length: latentSize }, (_, k) => ({
    name: `z${k}`,
    data: Float32Array.from({ length: count }, (_, i) => codes[i * latentSize + k]),
    type: 'FLOAT' as const,
  }));
  const table = parquetWriteBuffer({
    columnData: [
      { name: 'name', data: [...names], type: 'STRING' },
      ...['x', 'y', 'z'].map((name, k) => ({ name, data: axis(k), type: 'FLOAT' as const })),
      { name: 'image', data: images, type: 'BYTE_ARRAY' },
      ...latents,
    ],
  });
  const readme = 'Open with: embedding-atlas faces.parquet --x x --y y --image image\n';
  return { 'faces.parquet': new Uint8Array(table), 'README.txt': text(readme) };
}

const text = (content: string): Uint8Array => new TextEncoder().encode(content);

/** Names of files from names of images: without folders, ending or what a file system refuses; never one twice. */
export function uniqueNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const base =
      name
        .replace(/\.[a-z0-9]{1,5}$/i, '')
        // eslint-disable-next-line no-control-regex
        .replace(/[\u0000-\u001f<>:"/\\|?*]+/g, '_')
        .replace(/^\.+|[. ]+$/g, '')
        .slice(0, 120) || 'face';
    let unique = base;
    for (let n = 2; taken.has(unique.toLowerCase()); n++) unique = `${base}-${n}`;
    taken.add(unique.toLowerCase());
    return unique;
  });
}
