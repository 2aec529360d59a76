// `npm run -s fuzz -- --seconds 60 --seed 1 [--json]`: valid models, zips, images, lists, messages and requests, spoilt and
// given to the engine as a host runs it. Whatever comes of them is told by the numbers: `internal`, `crashed` and `hung`
// are faults. An input is found again by its name: `--input networks/17` with the same seed tries it alone.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBuild, ensureDependencies, runScript, SetupError } from './setup.mjs';

/** Findings that are told one by one. */
const MOST_TOLD = 20;
/** Kinds that start a process for each input have the second lane to themselves; the others share the first. */
const SLOW = ['networks', 'zips'];

void runScript(async () => {
  const { seconds, seed, json, input } = options();
  await ensureDependencies();
  await ensureBuild();
  // what is built is there only now
  const { FuzzedEngine } = await import('./fuzz/engine.mjs');
  const { KINDS } = await import('./fuzz/kinds.mjs');
  const { Chance } = await import('./fuzz/mutate.mjs');

  const folder = await mkdtemp(join(tmpdir(), 'latentscape-fuzz-'));
  const home = join(folder, 'home');
  const engine = new FuzzedEngine(home);
  const counts = { tried: 0, refused: 0, accepted: 0, internal: 0, crashed: 0, hung: 0 };
  /** @type {{ input: string, outcome: string, says: string }[]} */
  const findings = [];

  /** @param {string} kind @param {number} number */
  const attempt = async (kind, number) => {
    const name = `${kind}/${number}`;
    const answers = await KINDS[kind]({ engine, home, folder, chance: new Chance(`${seed}/${name}`) });
    for (const { outcome, says = '' } of answers) {
      counts.tried++;
      counts[outcome]++;
      const isFault = outcome !== 'accepted' && outcome !== 'refused';
      if (isFault && findings.length < MOST_TOLD) findings.push({ input: name, outcome, says: says + engine.said });
    }
    if (engine.isDead) engine.restart();
  };
  const until = performance.now() + 1000 * seconds;
  /** @param {string[]} kinds */
  const lane = async (kinds) => {
    for (let number = 0; performance.now() < until; number++) {
      for (const kind of kinds) if (performance.now() < until) await attempt(kind, number);
    }
  };
  try {
    if (input) {
      const [kind, number] = input.split('/');
      if (!(kind in KINDS))
        throw new SetupError(`--input is one of ${Object.keys(KINDS).join(', ')}, a slash and a number.`);
      await attempt(kind, Number(number));
    } else {
      await Promise.all([lane(Object.keys(KINDS).filter((kind) => !SLOW.includes(kind))), lane(SLOW)]);
    }
  } finally {
    engine.end();
    await rm(folder, { recursive: true, force: true });
  }

  counts.hung += engine.hung;
  const result = { ...counts, peakMB: engine.peakMB, seed };
  if (json) process.stdout.write(`${JSON.stringify({ ...result, findings })}\n`);
  else {
    for (const [key, value] of Object.entries(result)) console.log(`${key}: ${value}`);
    for (const { input: name, outcome, says } of findings) console.log(`\n${name}: ${outcome}\n${says}`);
  }
  if (counts.internal + counts.crashed + counts.hung > 0) process.exitCode = 1;
});

function options() {
  const usage = 'npm run -s fuzz -- [--seconds 60] [--seed 1] [--input KIND/NUMBER] [--json]';
  try {
    const { values } = parseArgs({
      options: {
        seconds: { type: 'string', default: '60' },
        seed: { type: 'string', default: '1' },
        input: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    });
    const [seconds, seed] = [Number(values.seconds), Number(values.seed)];
    if (!(seconds > 0) || !Number.isInteger(seed)) throw new Error('--seconds and --seed are numbers');
    return { ...values, seconds, seed };
  } catch (error) {
    throw new SetupError(`${/** @type {Error} */ (error).message.split('. ')[0]}. Usage: ${usage}`);
  }
}
