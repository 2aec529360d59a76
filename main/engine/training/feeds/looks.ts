/**
 * How a discriminator is shown images: brighter or darker, flatter or stronger, tinted, with a square missing. Each is a
 * gain and an offset of every value, so that gradients go through (Zhao et al. 2020, DiffAugment: colour and cutout).
 */
import type { Random } from '../../maths/random';
import type { ImageLayout } from '../ops/convolution';

/** Upper bounds: of brightness, of a colour's own, of contrast's change; of a missing square's side over the image's. */
const [BRIGHTNESS, TINT, CONTRAST, SQUARE] = [0.15, 0.05, 0.3, 0.4];

/** Draws one look and writes it to image number `slot` of a batch. */
export function drawLook(
  rng: Random,
  { layout, width, height, channels }: { layout: ImageLayout; width: number; height: number; channels: number },
  slot: number,
  gain: Float32Array,
  offset: Float32Array,
): void {
  const around = (most: number) => most * (2 * rng.uniform() - 1);
  const contrast = 1 + around(CONTRAST);
  const brightness = around(BRIGHTNESS);
  const side = rng.uniform() < 0.5 ? SQUARE * Math.min(width, height) * rng.uniform() : 0;
  const [left, top] = [(width - side) * rng.uniform(), (height - side) * rng.uniform()];
  const missing = (at: number, from: number) => at >= from && at < from + side;
  const start = slot * layout.length;
  for (let c = 0, i = 0; c < channels; c++) {
    const shift = 0.5 - 0.5 * contrast + brightness + around(TINT);
    for (let y = 0; y < height; y++) {
      const inRows = missing(y, top);
      for (let x = 0; x < width; x++, i++) {
        const cut = inRows && missing(x, left);
        gain[start + layout.offsets[i]] = cut ? 0 : contrast;
        offset[start + layout.offsets[i]] = cut ? 0 : shift;
      }
    }
  }
}
