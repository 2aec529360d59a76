import { unzipSync } from 'fflate';
import { parquetReadObjects } from 'hyparquet';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { collection, uniqueNames } from '../../../main/engine/exports/collection';
import { decodeCodes } from '../../../main/engine/models';

const faces = {
  images: { count: 3, width: 8, height: 8, data: new Uint8ClampedArray(3 * 8 * 8 * 4).fill(77) },
  codes: Float32Array.of(0.1, 2, 3, 4, 5, 6),
  latentSize: 2,
  names: ['a/Ada.png', 'b/ada.jpg', '../x:y.png'],
  positions: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9),
};
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

describe('many faces in one file', () => {
  it('as pictures with their names and codes', async () => {
    const done: number[] = [];
    const files = unzipSync(await collection(faces, 'pictures', { onProgress: (n) => done.push(n) }));
    const names = Object.keys(files).filter((name) => !name.endsWith('/'));
    expect(names.sort()).toEqual(['codes.csv', 'codes.npy', 'faces/_x_y.png', 'faces/a_Ada.png', 'faces/b_ada.png']);
    expect(done).toEqual([1, 2, 3]);
    expect(decodeCodes(files['codes.npy'], 2, 'here')).toEqual(faces.codes);
    expect(text(files['codes.csv']).split('\n')[1]).toBe('a_Ada,0.1,2');
    expect(await sharp(files['faces/a_Ada.png']).metadata()).toMatchObject({ width: 8, height: 8 });
  });

  it("for TensorBoard's projector: a config, as many rows as labels, a sprite of all faces", async () => {
    const files = unzipSync(await collection(faces, 'tensorboard', {}));
    expect(text(files['projector_config.pbtxt'])).toContain('tensor_path: "tensors.tsv"');
    expect(text(files['tensors.tsv'])).toBe('0.1\t2\n3\t4\n5\t6\n');
    expect(text(files['metadata.tsv']).trim().split('\n')).toEqual(faces.names);
    expect(await sharp(files['sprite.png']).metadata()).toMatchObject({ width: 16, height: 16 });
  });

  it('for Embedding Atlas: places, codes and pictures in one table', async () => {
    const { 'faces.parquet': table } = unzipSync(await collection(faces, 'embedding-atlas', {}));
    const file = table.slice().buffer;
    const rows = await parquetReadObjects({ file, utf8: false });
    expect(rows).toHaveLength(3);
    expect(rows[1]).toMatchObject({ name: 'b/ada.jpg', x: 4, y: 5, z: 6, z0: 3, z1: 4 });
    expect(await sharp(rows[2].image as Uint8Array).metadata()).toMatchObject({ format: 'png', width: 8 });
  });

  it('ends when it is cancelled', async () => {
    await expect(collection(faces, 'pictures', { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'cancelled',
    });
  });

  it('never has one name twice, whatever a file system takes for the same', () => {
    expect(uniqueNames(['A.png', 'a.jpg', 'a-2.png', '', '...'])).toEqual(['A', 'a-2', 'a-2-2', 'face', 'face-2']);
  });
});
