/**
 * Images with `factor × factor` pixels merged to one, their mean; what is left over at the right and below is left out.
 * @param images planes, `[n, height, width]`
 */
export function pooled(images: Float32Array, width: number, height: number, factor: number): Float32Array {
  if (factor === 1) return images.slice();
  const [w, h] = [Math.max(1, Math.floor(width / factor)), Math.max(1, Math.floor(height / factor))];
  const planes = images.length / (width * height);
  const small = new Float32Array(planes * w * h);
  for (let p = 0; p < planes; p++) {
    for (let y = 0; y < h * factor; y++) {
      for (let x = 0; x < w * factor; x++) {
        const to = (p * h + Math.floor(y / factor)) * w + Math.floor(x / factor);
        small[to] += images[(p * height + y) * width + x] / (factor * factor);
      }
    }
  }
  return small;
}
