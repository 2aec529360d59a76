import ExifReader from 'exifreader';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { FrameChoice, Provenance } from '../../../main/contract';
import { movingPicture } from '../../../main/engine/exports/moving-picture';
import { picture } from '../../../main/engine/exports/picture';
import { decodeProvenance, encodeProvenance } from '../../../main/engine/exports/provenance';
import { playOrder } from '../../../main/engine/space/paths/play-order';
import { timing } from '../../../main/engine/exports/timing';

const made: Provenance = {
  model: 'a1'.repeat(32),
  modelName: 'Ada & "the" <others> 你好',
  latentSize: 3,
  codes: Float32Array.of(0.1, -2.5, 1e-7, 4, 5, 6),
  seed: 7,
  frame: { kind: 'attributes', directions: [Float32Array.of(1, 0, 0.5)] },
};
const face = { count: 1, width: 8, height: 8, data: new Uint8ClampedArray(8 * 8 * 4).fill(90) };
const xmp = encodeProvenance(made);

describe('where a picture was made', () => {
  it.each(['png', 'jpg', 'webp'] as const)('is in a %s, and comes back exactly', async (format) => {
    const file = await picture(face, 0, { format, size: 64 }, xmp);
    expect(decodeProvenance(file)).toEqual(made);
    // another library finds the packet where its format keeps it
    const { xmp: found } = ExifReader.load(file.buffer as ArrayBuffer, { expanded: true });
    expect(JSON.stringify(found)).toContain(made.model);
  });

  it.each(['gif', 'webp'] as const)('is in a %s that moves, which others still read', async (format) => {
    const frames = { width: 8, height: 8, timing: timing(playOrder(3, 'forever'), 20, format), rgb };
    const file = await movingPicture(frames, format, true, xmp);
    expect(decodeProvenance(file)).toEqual(made);
    expect((await sharp(file, { animated: true }).metadata()).pages).toBe(3);
  });

  it.each<FrameChoice>([
    { kind: 'layout' },
    { kind: 'latents', latents: [0, 2, 1] },
    { kind: 'faces', faces: [1, 2, 3, 4] },
  ])('keeps the frame %o', async (frame) =>
    expect(decodeProvenance(Buffer.from(encodeProvenance({ ...made, frame })))).toEqual({ ...made, frame }),
  );

  it('keeps as many codes as a JPEG has room for', async () => {
    const codes = new Float32Array(3 * 100_000).fill(1);
    const file = await picture(face, 0, { format: 'jpg', size: 64 }, encodeProvenance({ ...made, codes }));
    const kept = decodeProvenance(file)!.codes.length;
    expect(kept).toBeGreaterThan(3 * 1000);
    expect(kept % 3).toBe(0);
  });

  it('is read from what another program made of it, an element in place of the attribute', () => {
    const [, value] = /latentscape:place="([^"]*)"/.exec(xmp)!;
    const other = `<latentscape:place>${value}</latentscape:place>`;
    expect(decodeProvenance(Buffer.from(other))).toEqual(made);
  });

  it.each([
    ['a picture without it', 'nothing here'],
    ['broken JSON', 'latentscape:place="{"'],
    ['codes of another length', xmp.replace('latentSize&quot;:3', 'latentSize&quot;:4')],
    ['a model that is no hash', xmp.replace(made.model, 'x')],
    ['codes that are no numbers', encodeProvenance({ ...made, codes: Float32Array.of(NaN, 1, 2) })],
  ])('is not there in %s', (_, text) => expect(decodeProvenance(Buffer.from(text))).toBeNull());
});

async function rgb(frame: number): Promise<Buffer> {
  return Buffer.alloc(8 * 8 * 3, 40 * frame);
}
