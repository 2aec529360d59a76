/** Glasses: two rounded lenses, the bridge between them and the sides. */
import type { Factors } from './factors';
import type { Head } from './head';
import { type Light, type Pixel, smoothstep, length } from './shading';

export function glasses(f: Factors, head: Head, light: Light) {
  const { eyeU, eyeV, eyeWidth } = head.places;
  const centre = eyeU + 0.008;
  const halfWidth = Math.min(centre - 0.03, eyeWidth + 0.05);
  const halfHeight = 0.112;
  const rim = 0.0105;

  return (p: Pixel): void => {
    if (f.glasses <= 0) return;
    // They stand before the face, so they move further when it turns.
    const u = head.u - 0.07 * head.sinYaw;
    const v = head.v + 0.04 * head.sinPitch - eyeV - 0.012;
    if (v < -0.2 || v > 0.2) return;
    const corner = 0.075;
    const dx = Math.abs(Math.abs(u) - centre) - halfWidth + corner;
    const dy = Math.abs(v) - halfHeight + corner;
    const d = Math.min(Math.max(dx, dy), 0) + length(Math.max(dx, 0), Math.max(dy, 0)) - corner;
    const bridge = Math.max(Math.abs(v + 0.035 + 0.25 * u * u) - rim, Math.abs(u) - (centre - halfWidth) - 0.005);
    const sides = Math.max(
      Math.abs(v + 0.045) - rim,
      centre + halfWidth - Math.abs(u) - 0.005,
      Math.abs(p.x) - head.halfWidth,
    );
    // Thin as they are, in a small picture they must not vanish.
    const frame = p.inside(Math.min(Math.abs(d) - rim, bridge, sides) - 0.12 * p.width, 0.002);
    const lens = p.inside(d) * f.glasses;
    if (lens > 0) {
      p.lay(p.r * 0.9, p.g * 0.93, p.b * 0.95, lens);
      const streak = smoothstep(0.05, 0, Math.abs(Math.abs(u) - centre - 0.5 * v - 0.06 * f.light) - 0.018);
      p.lay(0.9, 0.95, 1, 0.13 * lens * streak);
    }
    const shine = 0.03 + 0.12 * light.g * smoothstep(0.004, -0.008, v + 0.09);
    p.lay(shine, 0.9 * shine, 0.85 * shine, 0.94 * frame * f.glasses);
  };
}
