/** What is around the face: background, ears, neck and clothes. */
import type { Factors } from './factors';
import type { Head } from './head';
import type { Palette } from './palette';
import { bell, lerp, type Light, type Pixel, smoothstep, length } from './shading';

export function background({ light: side }: Factors, { background: colour }: Palette) {
  return (p: Pixel): void => {
    const { x, y } = p;
    const glow = 0.62 + 0.5 * Math.exp(-((x + 0.25 * side) ** 2 + (y + 0.15) ** 2) / 0.9) - 0.12 * y;
    p.r = colour[0] * glow;
    p.g = colour[1] * glow;
    p.b = colour[2] * glow;
  };
}

export function ears(head: Head, { skin, blush }: Palette, light: Light) {
  return (p: Pixel): void => {
    if (p.y < -0.25 || p.y > 0.3) return;
    const side = p.x < 0 ? -1 : 1;
    // The ear on the side one turns to goes behind the head.
    const x = side * p.x - head.halfWidth - 0.005 + 0.07 * side * head.sinYaw;
    const y = p.y - 0.03 - 0.1 * head.sinPitch;
    const r = length(x / 0.065, y / 0.14);
    const there = p.inside((r - 1) * 0.065);
    if (there <= 0) return;
    light.fall(side * (0.3 + (0.4 * x) / 0.065), y / 0.2, 0.8, 0.5);
    const hollow = 1 - 0.5 * bell(((r - 0.45) * 1.1) / 0.35);
    const mixed = (i: 0 | 1 | 2) => lerp(skin[i], blush[i], 0.35) * hollow;
    p.lay(mixed(0) * light.r, mixed(1) * light.g, mixed(2) * light.b, there);
  };
}

export function body(f: Factors, head: Head, { skin, clothes }: Palette, light: Light) {
  const neck = head.halfWidth * lerp(0.5, 0.62, f.jaw);
  return (p: Pixel): void => {
    const { x, y } = p;
    if (y < 0.3) return;
    const flare = 0.16 * smoothstep(0.7, 1, y) ** 2;
    const across = x / (neck + flare);
    const thereNeck = p.inside(Math.abs(x) - neck - flare);
    if (thereNeck > 0) {
      light.fall(1.1 * across, 0.1, Math.sqrt(Math.max(0.05, 1 - across * across)), 0.4);
      // The chin keeps the light from above away.
      const shade = lerp(0.22, 1, smoothstep(head.chin - 0.02, head.chin + 0.3, y + 0.12 * across * f.light));
      p.lay(skin[0] * light.r * Math.sqrt(shade), skin[1] * light.g * shade, skin[2] * light.b * shade, thereNeck);
    }
    const shoulder = 0.8 + 0.26 * Math.pow(Math.abs(x), 2.4) - 0.02;
    const collar = 0.93 - 0.75 * Math.max(0, Math.abs(x) - 0.02) ** 0.9;
    const d = Math.max(shoulder - y, collar - y, -1);
    const thereClothes = p.inside(d);
    if (thereClothes > 0) {
      const fold = 1 + 0.06 * Math.sin(13 * x + 5 * y);
      light.fall(0.7 * x, -0.55 + 0.6 * smoothstep(0, 0.25, -d), 0.8, 0.2);
      const edge = 1 - 0.4 * (1 - smoothstep(0, 0.04, y - collar));
      const k = fold * edge;
      p.lay(clothes[0] * light.r * k, clothes[1] * light.g * k, clothes[2] * light.b * k, thereClothes);
    }
  };
}
