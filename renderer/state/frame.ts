/** From the place in the scene to the code that is decoded there. */
import type { Frame } from '../../main/contract';

export type Vec3 = [number, number, number];

/**
 * `z = origin + B·p + hidden`.
 * @param hidden what the frame cannot show, `[latentSize]`
 */
export function codeAt(frame: Frame, p: Vec3, hidden: Float32Array): Float32Array<ArrayBuffer> {
  const d = frame.origin.length;
  const code = new Float32Array(d);
  for (let k = 0; k < d; k++) {
    code[k] =
      frame.origin[k] + p[0] * frame.axes[k] + p[1] * frame.axes[d + k] + p[2] * frame.axes[2 * d + k] + hidden[k];
  }
  return code;
}

/** The part of `code` that the frame omits: `codeAt(frame, p, hiddenPart(frame, p, code))` is `code` again. */
export function hiddenPart(frame: Frame, p: Vec3, code: Float32Array): Float32Array<ArrayBuffer> {
  const visible = codeAt(frame, p, new Float32Array(code.length));
  return visible.map((value, k) => code[k] - value);
}
