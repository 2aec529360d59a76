/** Skin with what is painted on it: blush, lips and teeth, nostrils, lines of age, beard. */
import type { Factors } from './factors';
import type { Head } from './head';
import type { Palette } from './palette';
import { bell, clamp, hex, lerp, type Light, type Pixel, scale, smoothstep, length } from './shading';

const TEETH = hex('#efe9df');
const THROAT = hex('#3a1012');

export function skin(f: Factors, head: Head, palette: Palette, light: Light) {
  const { noseV, mouthV, mouthWidth, eyeU, eyeV } = head.places;
  const broad = lerp(0.75, 1.3, f.noseWidth);
  const out = (amount: number) => amount * head.sinYaw;
  const lines = smoothstep(0.25, 1, f.age);
  const bend = 0.075 * f.smile;
  const gap = 0.05 * smoothstep(0.4, 1, f.smile);
  const upperLip = lerp(0.018, 0.042, f.lips);
  const lowerLip = lerp(0.024, 0.056, f.lips);
  const full = smoothstep(0.3, 1, f.beard);
  const stubble = smoothstep(0, 0.35, f.beard);
  const bristle = scale(palette.hair, 0.75);
  const shine = lerp(0.1, 0.2, f.skin) * (1 - 0.4 * f.age);

  /** Colours the skin at the point the head looks at. */
  return (p: Pixel): void => {
    const { u, v } = head;
    let [r, g, b] = palette.skin;
    const blend = (to: readonly number[], t: number) => {
      r += (to[0] - r) * t;
      g += (to[1] - g) * t;
      b += (to[2] - b) * t;
    };
    const x = Math.abs(u);
    head.feel();
    let open = head.open;

    // warmth of cheeks, nose and ears
    blend(palette.blush, 0.34 * bell((x - 0.27) / 0.14) * bell((v - 0.16) / 0.13));
    blend(palette.blush, 0.25 * bell((u - out(0.1)) / 0.1) * bell((v - noseV) / 0.07));

    // lines of age: forehead, corners of the eyes, from the nose to the mouth (which a smile draws too)
    if (lines > 0 && v < -0.2) {
      const wave = Math.sin((v + 0.03 * Math.cos(7 * u)) * 64);
      open -= 0.4 * lines * p.shows(64) * smoothstep(0.35, 1, wave) * bell(u / 0.27) * bell((v + 0.37) / 0.09);
    }
    const crow = length(x - eyeU, v - eyeV) - 0.17;
    if (Math.abs(crow) < 0.09 && x > eyeU) {
      const fan = Math.sin(9 * Math.atan2(v - eyeV, x - eyeU) * 2);
      open -=
        0.42 *
        (lines + 0.15 * Math.max(0, f.smile)) *
        p.shows(90) *
        smoothstep(0.4, 1, fan) *
        bell(crow / 0.04) *
        bell((v - eyeV) / 0.09);
    }
    const t = clamp((v - noseV) / (mouthV + 0.04 - noseV), -0.2, 1.2);
    const fold = x - (0.085 * broad + (mouthWidth + 0.01 - 0.07 * broad) * Math.pow(Math.max(0, t), 0.8));
    const foldDepth =
      (0.32 * lines + 0.22 * Math.max(0, f.smile)) * smoothstep(-0.15, 0.25, t) * (1 - smoothstep(0.75, 1.15, t));
    open -= foldDepth * bell(fold / (0.018 + 0.5 * p.width));

    // nostrils and the shade beneath the nose
    const nx = (x - 0.042 * broad - Math.sign(u) * out(0.05)) / (0.024 * broad);
    const ny = (v - noseV - 0.042) / 0.014;
    open -= 0.6 * bell(0.8 * length(nx, ny));
    open -= 0.13 * bell((u - out(0.03)) / (0.09 * broad)) * bell((v - noseV - 0.075) / 0.03);

    // beard
    if (stubble > 0) {
      const jawline = smoothstep(0.0, 0.3, v + 0.9 * Math.max(0, x - 0.2) - 0.14);
      const cheek = smoothstep(-0.05, 0.06, v - (0.62 - 1.05 * x - 0.12 * full));
      const moustache = bell((v - mouthV + 0.075) / 0.042) * bell(x / (mouthWidth * 1.1));
      const chin = bell(u / 0.22) * smoothstep(mouthV + 0.07, mouthV + 0.14, v);
      const bare =
        bell((v - mouthV - 0.008) / (0.02 + 0.5 * (upperLip + lowerLip) + gap)) * bell(x / (0.9 * mouthWidth));
      const area = clamp(Math.max(cheek * jawline, moustache, chin) - bare);
      const curls =
        1 +
        0.22 *
          p.shows(95) *
          Math.sin(70 * u + 22 * v + 3 * Math.sin(31 * v + 9 * u)) *
          Math.sin(44 * v + 3 * Math.sin(27 * u));
      blend([bristle[0] * curls, bristle[1] * curls, bristle[2] * curls], area * lerp(0.42 * stubble, 0.95, full));
      open -= 0.06 * full * area;
    }

    // mouth
    const m = (u - out(0.03)) / mouthWidth;
    if (Math.abs(m) < 1.25 && Math.abs(v - mouthV) < 0.2) {
      const ends = Math.max(0, 1 - m * m);
      const line = mouthV + 0.02 * f.smile - bend * m * m + 0.006 * Math.cos(3.2 * m) * (1 - f.smile);
      const bow = upperLip * Math.pow(ends, 0.7) * (1 - 0.32 * bell(m / 0.16) + 0.08 * bell((Math.abs(m) - 0.3) / 0.2));
      const top = line - 0.45 * gap * ends;
      const bottom = line + 0.75 * gap * ends;
      const under = bottom + lowerLip * Math.pow(ends, 0.75);
      const lipThere = p.inside(Math.max(top - bow - v, v - under, (Math.abs(m) - 1) * mouthWidth), 0.006);
      blend(palette.lips, 0.95 * lipThere);
      if (v < line) open -= 0.1 * lipThere;
      const slit = p.inside(Math.max(top - v, v - bottom, (Math.abs(m) - 0.97) * mouthWidth), 0.004);
      const toothy =
        smoothstep(0.006, 0.022, gap) *
        p.inside(v - lerp(top, bottom, 0.82), 0.004) *
        (1 - 0.5 * smoothstep(0.5, 0.95, Math.abs(m)));
      const inner = (i: 0 | 1 | 2) => lerp(THROAT[i], TEETH[i], toothy);
      blend([inner(0), inner(1), inner(2)], slit * smoothstep(0.002, 0.014, gap));
      // where the lips meet, and the corners
      open -=
        0.5 *
        bell((v - line) / (0.006 + 0.6 * p.width)) *
        smoothstep(1.1, 0.9, Math.abs(m)) *
        (1 - smoothstep(0.01, 0.03, gap));
      open -= 0.3 * bell((Math.abs(m) - 1) / 0.12) * bell((v - line) / 0.018);
    }
    open -= 0.12 * bell(u / 0.13) * bell((v - mouthV - lowerLip - gap - 0.035) / 0.022);

    open = clamp(open, 0.12, 1);
    light.fall(head.nx, head.ny, head.nz, 0.42);
    const glint = shine * light.glint(head.nx, head.ny, head.nz, 14) * open;
    // Light that comes through skin is red: hollows darken less in red.
    const red = Math.sqrt(open);
    p.lay(r * light.r * red + glint, g * light.g * open + glint, b * light.b * open + glint, 1);
  };
}
