/** Hair: a body that falls from the parting, open over the face. */
import type { Factors } from './factors';
import type { Head } from './head';
import type { Palette } from './palette';
import { bell, clamp, lerp, type Light, type Pixel, smoothstep, length } from './shading';

export function hair(f: Factors, head: Head, { hair: colour }: Palette, light: Light) {
  const grown = smoothstep(0.02, 0.16, f.hairLength);
  const body = grown * lerp(0.35, 1, smoothstep(0.05, 0.5, f.hairLength)) * (0.25 + 0.75 * f.hairVolume);
  const middle = -0.16;
  // Shaved hair lies within the outline of the head, and grows out of it.
  const half = head.halfWidth + 0.05 * grown - 0.03 + 0.13 * body;
  const top = middle - head.crown + 0.05 * grown - 0.03 + 0.14 * body;
  const end = lerp(-0.12, 1.1, smoothstep(0.12, 1, f.hairLength));
  const long = smoothstep(0.25, 0.7, f.hairLength);
  const partX = 0.2 * f.parting;
  const hairline = -0.53 + 0.05 * (1 - f.fringe);
  const sheen = lerp(0.1, 0.24, f.hairColour);

  /** Signed distance to the body of hair, negative inside. */
  function outline(x: number, y: number): number {
    const wave = 0.028 * f.curl * grown * Math.sin(17 * y + 2.5 * Math.sign(x)) * smoothstep(-0.75, -0.1, y);
    const ax = Math.abs(x) - wave;
    if (y < middle) return (length(ax / half, (y - middle) / top) - 1) * half;
    const flare =
      half * (1 + 0.1 * f.hairVolume * smoothstep(0.1, 0.9, y) - 0.12 * smoothstep(end - 0.35, end + 0.1, y) * long);
    const dx = ax - flare;
    const dy = y - end + 0.1 * long * (ax / half) * (ax / half);
    const corner = 0.12 * long;
    return (
      Math.min(Math.max(dx + corner, dy + corner), 0) +
      length(Math.max(dx + corner, 0), Math.max(dy + corner, 0)) -
      corner
    );
  }

  function paint(p: Pixel, alpha: number, shade: number): void {
    const { x, y } = p;
    // Strands fall from the parting; curls wind around them.
    const wind = f.curl * (0.05 * Math.sin(19 * y + 3 * x) + 0.03 * Math.sin(31 * y - 11 * x));
    const fall = Math.max(0.12, y + 0.98 * top - middle + 0.15);
    const strand = (x - partX) / Math.sqrt(fall) + wind;
    const fine = p.shows(70) * Math.sin(62 * strand + 2 * Math.sin(9 * strand));
    const coarse = p.shows(26) * Math.sin(23 * strand + 1.3 * Math.sin(5 * strand + 2));
    const streak = 1 + 0.2 * fine + 0.24 * coarse;
    const nx = 1.05 * (x / half) * (1 + 0.1 * coarse);
    const ny = y < middle ? (0.85 * (y - middle)) / top : 0.12;
    const nz = Math.sqrt(Math.max(0.04, 1 - Math.min(1, nx * nx * 0.75) - ny * ny * 0.8));
    light.fall(nx, ny, nz, 0.3);
    // A band of sheen around the head, as on all round bundles of threads.
    const band =
      bell((y - middle + 0.5 * top + 0.06 * coarse - 0.05 * Math.abs(x)) / 0.13) +
      0.5 * bell((y - 0.25 + 0.1 * coarse) / 0.2) * long;
    const glint = sheen * band * (0.5 + 0.5 * fine) * light.g * shade;
    // where the hair is parted
    const line = 1 - 0.35 * bell((x - partX) / 0.02) * smoothstep(-0.35, -0.7, y) * grown;
    const k = streak * shade * line;
    p.lay(
      colour[0] * light.r * k + glint * (0.35 + colour[0]),
      colour[1] * light.g * k + glint * (0.33 + colour[1]),
      colour[2] * light.b * k + glint * (0.3 + colour[2]),
      alpha,
    );
  }

  return {
    /** What hangs behind neck and shoulders. */
    back(p: Pixel): void {
      const there = p.inside(outline(p.x, p.y)) * grown * smoothstep(0.15, 0.4, f.hairLength);
      if (there > 0)
        paint(p, there, lerp(0.75, 0.3, smoothstep(-0.1, 0.35, p.y) * smoothstep(0.5, 0.2, Math.abs(p.x))));
    },

    /** What lies on the head and frames the face; `shadow` is cast on the skin beneath. */
    front(p: Pixel): void {
      const d = outline(p.x, p.y);
      if (d > 0.1 + p.width) return;
      const { u, v } = head;
      // The face shows through an opening: below the hairline, between the sides.
      const away = (u - 0.7 * partX) / head.halfWidth;
      const lock =
        0.27 * f.fringe * (1 - 0.5 * bell(away / 0.16) * (1 - f.fringe)) +
        0.012 * p.shows(40) * Math.sin(38 * u) * f.fringe;
      const brow = hairline + lock * grown + 0.22 * away * away * (0.5 + 0.5 * long) + 0.1 * f.fringe * f.parting * u;
      const side =
        head.halfWidth * (lerp(1, 0.84, long) + 0.02 * Math.sin(9 * v) * f.curl) - 0.06 * smoothstep(-0.1, -0.45, v);
      const a = brow - v;
      const b = Math.abs(u) - side;
      const opening = Math.max(a, b) + 0.04 * bell((a - b) / 0.1);
      const inside = p.inside(d) * grown;
      // Short hair thins out towards its edges.
      const soft = lerp(0.035, 0.006, smoothstep(0.1, 0.4, f.hairLength));
      const ends = 1 - smoothstep(end - 0.12 * (1 - long) - 0.01, end + 0.02, p.y) * (1 - long);
      const there = inside * p.inside(-opening, soft) * ends;
      const shadow = inside * (1 - there) * 0.45 * (1 - smoothstep(0, 0.09, -opening)) * lerp(0.4, 1, long);
      if (shadow > 0 && d < 0 && head.distance < 0) p.lay(p.r * 0.3, p.g * 0.22, p.b * 0.2, clamp(shadow));
      if (there > 0) paint(p, there, lerp(0.72, 1, smoothstep(0, 0.08, opening)));
    },
  };
}
