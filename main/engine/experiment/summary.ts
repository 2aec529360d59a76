/** Runs that differ in their seed alone, as one: means and how certain they are. */
import type { Estimate, TrainableKind } from '../../contract';
import type { Measured, Scores } from './measure';
import type { Plan, Setting } from './plan';

/** One kind of model at one setting. */
export interface Summary extends Scores {
  kind: TrainableKind;
  setting: Setting;
  seeds: number[];
  /**
   * What the intervals are of. `seeds`: 95 % confidence of the mean over runs, each with other faces and initial weights;
   * `count` is the number of runs. `images`: one run, resampled images, pairs of faces or codes; `count` is theirs.
   */
  intervals: 'seeds' | 'images';
  /** Of training and of measuring, in all runs together. */
  seconds: { training: number; scoring: number };
}

/** Everything a plan produces. */
export interface Experiment {
  plan: Plan;
  version: string;
  /** At `plan.main`. */
  models: Record<TrainableKind, Summary>;
  /** By setting, then kind. */
  grid: Summary[];
  /** What the numbers say, in sentences. */
  findings: string[];
  /** Of training and measuring everything, whenever that was. */
  seconds: number;
}

/** One run, measured. */
export interface Run extends Measured {
  kind: TrainableKind;
  setting: Setting;
  seed: number;
  seconds: { training: number; scoring: number };
}

/** @param runs at least one, all of one kind and setting */
export function summarise(runs: readonly Run[]): Summary {
  const [{ kind, setting }] = runs;
  const total = (part: 'training' | 'scoring') => runs.reduce((sum, { seconds }) => sum + seconds[part], 0);
  return {
    kind,
    setting,
    seeds: runs.map(({ seed }) => seed),
    intervals: runs.length > 1 ? 'seeds' : 'images',
    seconds: { training: total('training'), scoring: total('scoring') },
    ...(acrossSeeds(runs.map(({ scores }) => scores as unknown as Tree)) as unknown as Scores),
  };
}

/** Estimates by name, in any depth. */
type Tree = Estimate | null | { [name: string]: Tree };

const isEstimate = (tree: Tree): tree is Estimate => tree !== null && typeof tree.value === 'number';

/** The same tree with the mean over all; a single one stays as it is. */
function acrossSeeds(trees: readonly Tree[]): Tree {
  const [first] = trees;
  if (trees.length === 1 || first === null) return first;
  if (isEstimate(first)) return meanOverRuns((trees as Estimate[]).map(({ value }) => value));
  const branches = trees as { [name: string]: Tree }[];
  return Object.fromEntries(Object.keys(first).map((name) => [name, acrossSeeds(branches.map((tree) => tree[name]))]));
}

/** 97.5 % quantiles of Student's t with 1, 2 … degrees of freedom. */
const STUDENT = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262];

/** Mean and 95 % interval of it by Student's t (Student 1908): of so few runs, resampling would say too little. */
function meanOverRuns(values: number[]): Estimate {
  const count = values.length;
  const value = values.reduce((a, b) => a + b, 0) / count;
  const variance = values.reduce((sum, one) => sum + (one - value) ** 2, 0) / (count - 1);
  const reach = STUDENT[count - 2] * Math.sqrt(variance / count);
  return { value, interval: [value - reach, value + reach], count };
}

/**
 * The longest series of summaries that differ in nothing but `by` and the kind, in its order.
 */
export function seriesAlong(grid: readonly Summary[], by: 'latentSize' | 'images'): Summary[] {
  const rest = ({ setting }: Summary) => JSON.stringify({ ...setting, [by]: null });
  const series = [...new Set(grid.map(rest))].map((one) => grid.filter((summary) => rest(summary) === one));
  const longest = series.reduce((a, b) => (b.length > a.length ? b : a));
  return longest.sort((a, b) => a.setting[by] - b.setting[by]);
}
