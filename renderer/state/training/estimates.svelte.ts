/** What each choice would take on this computer, as the engine finds by trying a few steps. */
import type { PlannedRun, RunEstimate } from '../../../main/contract';
import { Turns } from '../../scheduling/newest';
import type { Engine } from '../window/engine-client';
import { PRESETS, withPreset, type Choices, type Preset } from './settings';

/** Nobody waits for a number while they still change their mind. */
const PAUSE_MS = 400;

const planned = ({ name: _, from: __, ...choices }: Choices): PlannedRun => choices;

export class RunEstimates {
  /** By preset, and of the choices as they are; absent while unknown. */
  found = $state.raw<Partial<Record<Preset | 'chosen', RunEstimate>>>({});

  readonly #engine: Engine;
  readonly #turns = new Turns();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Asks for the choices, then for what each preset would make of them; a later call overtakes an earlier one. */
  async look(choices: Choices, images: number, smallestSide: number, channels: 1 | 3): Promise<void> {
    const current = this.#turns.begin();
    this.found = {};
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    const plans = [
      { name: 'chosen' as const, plan: planned(choices) },
      ...PRESETS.map((name) => ({ name, plan: planned(withPreset(choices, name, images, smallestSide)) })),
    ];
    for (const { name, plan } of plans) {
      if (!current()) return;
      try {
        const estimate = await this.#engine.estimateRun(plan, images, channels);
        if (current()) this.found = { ...this.found, [name]: estimate };
      } catch {
        return; // the form says what is wrong with the choices, and the connection when the engine has gone
      }
    }
  }

  /** Nothing is to be estimated. */
  drop(): void {
    this.#turns.end();
    this.found = {};
  }
}
