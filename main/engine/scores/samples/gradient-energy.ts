/**
 * How sharp images are: the mean squared difference of neighbouring pixels. Blurring takes it away; artefacts and noise
 * add to it, so that only together with the distances of distributions it says whether detail is real.
 * @param images planar `[count, channels, size, size]`, 0..1
 */
export function gradientEnergy(images: Float32Array, size: number): number {
  let [sum, differences] = [0, 0];
  for (let row = 0; row < images.length; row += size) {
    const isFirst = (row / size) % size === 0;
    for (let x = 0; x < size; x++) {
      const at = row + x;
      if (x > 0) sum += (images[at] - images[at - 1]) ** 2;
      if (!isFirst) sum += (images[at] - images[at - size]) ** 2;
      differences += Number(x > 0) + Number(!isFirst);
    }
  }
  return sum / differences;
}
