import { heightOf, type Rectangle } from '../../maths/rectangle';

/**
 * How sharp images are: the mean squared difference of neighbouring pixels. Blurring takes it away; artefacts and noise
 * add to it, so that only together with the distances of distributions it says whether detail is real.
 * @param images planar `[count, channels, height, width]`, 0..1
 */
export function gradientEnergy(images: Float32Array, rectangle: Rectangle): number {
  const { size } = rectangle;
  let [sum, differences] = [0, 0];
  for (let row = 0; row < images.length; row += size) {
    const isFirst = (row / size) % heightOf(rectangle) === 0;
    for (let x = 0; x < size; x++) {
      const at = row + x;
      if (x > 0) sum += (images[at] - images[at - 1]) ** 2;
      if (!isFirst) sum += (images[at] - images[at - size]) ** 2;
      differences += Number(x > 0) + Number(!isFirst);
    }
  }
  return sum / differences;
}
