/** What a synthetic face is made of: every factor with its range and meaning, drawn by seed and index. */
import { type Random, random } from '../../maths/random';

interface FactorRange {
  least: number;
  most: number;
  /** What the least and the most mean. */
  meaning: string;
  /** Draws a value; uniform over the range unless said otherwise. */
  draw?(rng: Random): number;
}

/** Absent in most faces, fully there in the others. */
const sometimes =
  (share: number, least: number) =>
  (rng: Random): number => {
    const [chosen, amount] = [rng.uniform(), rng.uniform()];
    return chosen < share ? least + (1 - least) * amount : 0;
  };

/** Mostly small. */
const seldom = (rng: Random): number => rng.uniform() ** 2;

/** Mostly near the middle: the sum of three uniforms, on −1..1. */
const central = (rng: Random): number => ((rng.uniform() + rng.uniform() + rng.uniform()) * 2) / 3 - 1;

const unit = (meaning: string, draw?: FactorRange['draw']): FactorRange => ({ least: 0, most: 1, meaning, draw });
const signed = (meaning: string, draw?: FactorRange['draw']): FactorRange => ({ least: -1, most: 1, meaning, draw });

/** In the order of the columns of `factors.csv`. */
export const FACTORS = {
  jaw: unit('pointed … square'),
  width: unit('narrow face … wide face'),
  eyeSize: unit('small eyes … large eyes'),
  eyeSpacing: unit('eyes close together … far apart'),
  eyeTilt: signed('outer corners low … high', central),
  eyeColour: unit('brown … hazel … green … blue … grey eyes'),
  browThickness: unit('thin brows … thick brows'),
  browHeight: unit('low brows … high brows'),
  browTilt: signed('worried brows … stern brows', central),
  noseWidth: unit('slender nose … broad nose'),
  noseLength: unit('short nose … long nose'),
  mouthWidth: unit('small mouth … wide mouth'),
  lips: unit('thin lips … full lips'),
  smile: signed('corners down … broad smile', (rng) => 1.5 * rng.uniform() - 0.5),
  hairLength: unit('shaved … short … below the shoulders'),
  hairVolume: unit('flat hair … full hair'),
  fringe: unit('bare forehead … fringe to the brows', seldom),
  parting: signed('parted on the left … on the right of the picture'),
  curl: unit('straight hair … wavy hair'),
  hairColour: unit('black … brown … auburn … blond hair'),
  skin: unit('light skin … dark skin'),
  glasses: unit('none … there (between: transparent)', sometimes(0.25, 1)),
  beard: unit('none … stubble … full beard', sometimes(0.3, 0.2)),
  age: unit('young … old: lines, grey hair', seldom),
  light: signed('light from the left … from the right of the picture'),
  yaw: signed('turned to the left … to the right of the picture, up to 24°', central),
  pitch: signed('looking down … up, up to 12°', central),
  clothes: unit('colour of the clothes, once around the circle of hues'),
  background: unit('colour of the background, once around the circle of hues'),
} satisfies Record<string, FactorRange>;

export type FactorName = keyof typeof FACTORS;
export type Factors = Record<FactorName, number>;

export const FACTOR_NAMES = Object.keys(FACTORS) as FactorName[];
const RANGES: Record<FactorName, FactorRange> = FACTORS;

/** The factors of face `index` of the endless list named by `seed`: independent of one another and of other faces. */
export function drawFactors(seed: number, index: number): Factors {
  return fromEntries((name) => {
    const { least, most, draw } = RANGES[name];
    // A stream for each factor, so that a new factor changes no other.
    const rng = random(seed, 'face', index, name);
    return draw ? draw(rng) : least + (most - least) * rng.uniform();
  });
}

/** The factors a share `t` of the way from `a` to `b`: what the true face between two is drawn from. */
export function between(a: Factors, b: Factors, t: number): Factors {
  return fromEntries((name) => a[name] + (b[name] - a[name]) * t);
}

function fromEntries(value: (name: FactorName) => number): Factors {
  return Object.fromEntries(FACTOR_NAMES.map((name) => [name, value(name)])) as Factors;
}

/** One face of a CSV file. */
export interface NamedFactors {
  file: string;
  factors: Factors;
}

/** Where the factors of the faces in a folder stand, beside the pictures. */
export const FACTORS_FILE = 'factors.csv';

/** A line of names, then a line for each face, the file's name first; numbers lose nothing. */
export function toCsv(faces: readonly NamedFactors[]): string {
  const lines = faces.map(({ file, factors }) => [file, ...FACTOR_NAMES.map((name) => factors[name])].join(','));
  return [['file', ...FACTOR_NAMES].join(','), ...lines, ''].join('\n');
}
