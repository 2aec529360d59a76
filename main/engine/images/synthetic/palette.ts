/** The colours of a face. */
import type { Factors } from './factors';
import { hex, lerp, mix, ramp, scale, smoothstep, type Rgb } from './shading';

const SKIN = ['#f8dcc9', '#efc5a5', '#dba57e', '#b97d54', '#8a5636', '#5d3722'].map(hex);
const HAIR = ['#15110f', '#2e1d14', '#5a3922', '#7d3d1e', '#ad6a33', '#d2a45c', '#ecd39a'].map(hex);
const EYES = ['#3b2314', '#70461f', '#757235', '#477a58', '#3f78ab', '#94aebd'].map(hex);
const GREY = hex('#c4c2bf');

export interface Palette {
  skin: Rgb;
  lips: Rgb;
  blush: Rgb;
  hair: Rgb;
  iris: Rgb;
  clothes: Rgb;
  background: Rgb;
}

export function paletteOf(f: Factors): Palette {
  const skin = ramp(SKIN, f.skin);
  const hair = mix(ramp(HAIR, f.hairColour), GREY, 0.9 * smoothstep(0.6, 1, f.age));
  const rosy = mix(hex('#c7413f'), hex('#6a1f26'), f.skin);
  return {
    skin,
    lips: mix(skin, rosy, 0.75),
    blush: mix(skin, rosy, 0.5),
    hair,
    iris: ramp(EYES, f.eyeColour),
    clothes: hue(f.clothes, 0.17, 0.12),
    background: hue(f.background, 0.34, 0.11),
  };
}

/** Around the circle of hues: `mean` brightness, `swing` to both sides. */
function hue(turn: number, mean: number, swing: number): Rgb {
  const channel = (shift: number) => mean + swing * Math.cos(2 * Math.PI * (turn - shift));
  return scale([channel(0), channel(1 / 3), channel(2 / 3)], lerp(1, 0.92, turn * (1 - turn)));
}
