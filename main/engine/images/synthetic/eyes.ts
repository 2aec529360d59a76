/** Eyes and brows. */
import type { Factors } from './factors';
import type { Head } from './head';
import type { Palette } from './palette';
import { bell, clamp, lerp, type Light, type Pixel, type Rgb, scale, smoothstep, length } from './shading';

export function eyes(f: Factors, head: Head, { iris, hair, skin }: Palette, light: Light) {
  const { eyeU, eyeV, eyeWidth, browV } = head.places;
  const squeeze = Math.max(0, f.smile);
  const upper = eyeWidth * lerp(0.46, 0.6, f.eyeSize) * (1 - 0.12 * squeeze) * (1 - 0.12 * f.age);
  const lower = eyeWidth * lerp(0.3, 0.4, f.eyeSize) * (1 - 0.3 * squeeze);
  const radius = eyeWidth * lerp(0.47, 0.53, f.eyeSize);
  const tilt = -0.2 * f.eyeTilt;
  const lashes = scale(hair, 0.25);
  const browHalf = lerp(0.013, 0.032, f.browThickness);
  const brow: Rgb = scale(hair, 0.55);
  // Looks at the viewer while the head turns.
  const gazeX = -0.4 * head.sinYaw * eyeWidth;
  const gazeY = 0.5 * head.sinPitch * eyeWidth;

  return (p: Pixel): void => {
    const { u, v } = head;
    if (v > eyeV + 0.2 || v < browV - 0.12) return;
    const side = u < 0 ? -1 : 1;
    // x grows outwards from the middle of the eye.
    const x = side * u - eyeU;
    const y = v - eyeV;

    // brow: an arch, thick inside and thin outside
    const along = (x - 0.012) / (1.25 * eyeWidth);
    if (along > -1.2 && along < 1.2) {
      const arch = browV + 0.026 * along * along - 0.004 * along - 0.04 * f.browTilt * along;
      const half = browHalf * (1 - 0.55 * smoothstep(0.1, 1, along)) * (1 - smoothstep(0.82, 1.1, Math.abs(along)));
      const there = p.inside(Math.abs(v - arch) - half, 0.009);
      const strands = 1 - 0.2 * p.shows(150) * (0.5 + 0.5 * Math.sin(150 * x + 110 * (v - arch)));
      p.lay(
        brow[0] * light.r,
        brow[1] * light.g,
        brow[2] * light.b,
        0.88 * there * strands * smoothstep(0, 0.012, half),
      );
    }

    const ex = x * Math.cos(tilt) + y * Math.sin(tilt);
    const ey = -x * Math.sin(tilt) + y * Math.cos(tilt);
    const reach = ex / eyeWidth;
    if (Math.abs(reach) > 1.7 || ey < -0.15 || ey > 0.12) return;
    const shut = Math.max(0, 1 - reach * reach);
    // The upper lid is highest inside the middle, the lower one lowest outside it.
    const lid = -upper * Math.pow(shut, 0.75) * (1 - 0.15 * reach);
    const floor = lower * shut * (1 + 0.25 * reach);
    const beyond = Math.max(0, Math.abs(reach) - 1) * eyeWidth;
    const within = Math.max(lid - ey, ey - floor, Math.abs(reach) > 1 ? beyond : -1);

    // crease of the lid, and the shade beneath the eye that age deepens
    const crease = lid - 0.034 - 0.012 * (1 - f.age);
    const wide = bell(reach / 1.15);
    p.lay(skin[0] * 0.22, skin[1] * 0.16, skin[2] * 0.14, 0.5 * wide * bell((ey - crease) / (0.008 + p.width * 0.5)));
    p.lay(
      skin[0] * 0.3,
      skin[1] * 0.2,
      skin[2] * 0.2,
      (0.12 + 0.25 * f.age) * wide * bell((ey - floor - 0.035) / 0.018),
    );

    const there = p.inside(within);
    if (there > 0) {
      const dx = side * u - eyeU - side * gazeX;
      const dy = ey + 0.12 * upper - gazeY;
      const r = length(dx, dy) / radius;
      // the white: a ball in the shade of the upper lid
      const ball = (0.86 - 0.3 * reach * reach) * (0.55 + 0.45 * smoothstep(0, 0.6 * upper, ey - lid));
      const lit = 0.55 + 0.45 * light.g;
      let red = 0.83 * ball * lit;
      let green = 0.79 * ball * lit;
      let blue = 0.77 * ball * lit;
      const edge = p.width / radius;
      const colour = 1 - smoothstep(1 - 0.8 * edge - 0.05, 1 + 0.8 * edge + 0.05, r);
      const rim = 1 - 0.72 * smoothstep(0.72, 1, r);
      const rays = 1 + 0.22 * p.shows(150) * Math.sin(14 * Math.atan2(dy, dx)) * smoothstep(0.3, 0.7, r);
      // Light that entered opposite brightens the lower half.
      const glow = (0.75 + 0.75 * clamp(0.5 + 0.5 * (dy / radius))) * rim * rays * (0.45 + 0.55 * ball);
      const pupil = 1 - smoothstep(0.4 - 0.8 * edge - 0.03, 0.4 + 0.8 * edge + 0.03, r);
      const dark = 1 - 0.96 * pupil;
      red += (iris[0] * 1.25 * glow * dark + 0.004 - red) * colour;
      green += (iris[1] * 1.25 * glow * dark + 0.004 - green) * colour;
      blue += (iris[2] * 1.25 * glow * dark + 0.004 - blue) * colour;
      const cx = (side * u - eyeU - side * 0.33 * radius * f.light - side * gazeX) / (0.26 * radius + 0.35 * p.width);
      const cy = (dy + 0.36 * radius) / (0.26 * radius + 0.35 * p.width);
      const shine = 0.95 * bell(0.9 * length(cx, cy)) * Math.min(1, 0.3 + radius / p.width / 3);
      p.lay(red + shine, green + shine, blue + shine, there);
    }
    // lashes: a line along the upper lid, longer outside
    const lash = 0.011 + 0.006 * smoothstep(-0.3, 1, reach) + 0.2 * p.width;
    const line = Math.abs(ey - lid + 0.3 * lash) - 0.5 * lash;
    p.lay(lashes[0], lashes[1], lashes[2], 0.92 * p.inside(Math.max(line, beyond - 0.012), 0.003));
    p.lay(lashes[0], lashes[1], lashes[2], 0.35 * p.inside(Math.max(Math.abs(ey - floor) - 0.003, beyond), 0.004));
  };
}
