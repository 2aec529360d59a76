import { parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { codesFile } from '../../../main/engine/exports/codes-file';
import { decodeCodes } from '../../../main/engine/models';

const codes = Float32Array.of(0.1, -2, 3e-8, 1 / 3, 5, 6);
const names = ['Ada, Countess.png', '你"好'];

describe('codes as a file', () => {
  it('npy: comes back exactly', () => {
    expect(decodeCodes(codesFile(codes, 3, null, 'npy'), 3, 'here')).toEqual(codes);
  });

  it('csv: every number comes back as the same float32, names are quoted', () => {
    const [header, first, second] = new TextDecoder()
      .decode(codesFile(codes, 3, names, 'csv'))
      .trim()
      .split('\n');
    expect(header).toBe('name,z0,z1,z2');
    expect(first.startsWith('"Ada, Countess.png",')).toBe(true);
    expect(
      first
        .split(',')
        .slice(-3)
        .map((x) => Math.fround(Number(x))),
    ).toEqual([...codes.subarray(0, 3)]);
    expect(second.startsWith('"你""好",')).toBe(true);
  });

  it('parquet: read by another library', async () => {
    const { buffer } = codesFile(codes, 3, names, 'parquet');
    const rows = await parquetReadObjects({ file: buffer as ArrayBuffer });
    expect(rows).toEqual(
      names.map((name, i) => ({ name, z0: codes[3 * i], z1: codes[3 * i + 1], z2: codes[3 * i + 2] })),
    );
  });

  it('safetensors: header and numbers lie where the format says', () => {
    const file = codesFile(codes, 3, names, 'safetensors');
    const view = new DataView(file.buffer);
    const length = Number(view.getBigUint64(0, true));
    expect(length % 8).toBe(0);
    const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length)));
    expect(header.codes).toEqual({ dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] });
    expect(JSON.parse(header.__metadata__.names)).toEqual(names);
    expect(Float32Array.from({ length: 6 }, (_, i) => view.getFloat32(8 + length + 4 * i, true))).toEqual(codes);
  });
});
