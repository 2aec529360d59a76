/** The engine's training runs, each in a process of its own. */
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rmdir } from 'node:fs/promises';
import path from 'node:path';
import {
  type ContinueChanges,
  type RunId,
  type RunSnapshot,
  type TrainingEvent,
  type TrainingProgress,
  type TrainingSettings,
  UserError,
  message,
} from '../../../contract';
import { startProcess } from '../../scheduling/start';
import { refuseMissingDevice } from '../graphics-card/graphics-card';
import { readFacts, runFolder } from '../unfinished/checkpoint';
import { withPoint } from '../monitoring/curve';
import { makeFolder, remnants, writeFailure } from '../../files';
import { folderName } from '../../models';
import { isFinal, type RunCommand, type RunMessage } from './messages';
import { resolveSettings } from '../settings/settings';
import { discardRun, notedSettings, unfinishedRun } from '../unfinished/unfinished';

interface Entry {
  snapshot: RunSnapshot;
  process: ChildProcess;
  /** It had been begun before. */
  continued: boolean;
  /** Processes that the kernel had ended for lack of memory before this one started; null where it does not count. */
  memoryKills: number | null;
  /** Its process did not react to being cancelled, and was ended. */
  cancelledByForce: boolean;
}

/** A process that is asked to end between two steps and has not ended by then hangs, most likely in the driver of a graphics card. */
const CANCEL_PATIENCE_MS = 10_000;

export class Runs {
  readonly #options: { library: string; emit(id: RunId, event: TrainingEvent): void };
  readonly #entries = new Map<RunId, Entry>();

  /**
   * @param options.library folder for models whose settings name no other
   * @param options.emit told about every event of every run, after the snapshot has it
   */
  constructor(options: { library: string; emit(id: RunId, event: TrainingEvent): void }) {
    this.#options = options;
  }

  /** @throws UserError `bad-settings`; `no-device`; `busy` while another run computes: two would each take twice as long */
  async start(settings: TrainingSettings): Promise<RunId> {
    const checked = resolveSettings({ ...settings, out: settings.out ?? this.#options.library });
    await refuseMissingDevice(checked.tuning.device);
    this.#refuseSecond();
    const resolved = { ...checked, out: settings.out ?? (await this.#claimFolder(settings.name)) };
    try {
      return this.#launch(resolved, [], { command: 'train', settings: resolved });
    } catch (error) {
      if (settings.out === undefined) await releaseClaim(resolved.out);
      throw error;
    }
  }

  /**
   * Continues the unfinished run of the model at `out`; its entry in the list of runs is replaced.
   * @throws UserError `not-found` when there is none, `bad-settings` | `bad-model` | `busy`
   */
  async continue(out: string, changes: ContinueChanges = {}): Promise<RunId> {
    const [noted, facts] = [await notedSettings(out), await readFacts(out)];
    if (!noted) throw new UserError('not-found.unfinished-run', { out });
    const settings = resolveSettings({ ...noted, ...changes, tuning: { ...noted.tuning, ...changes.tuning } });
    await refuseMissingDevice(settings.tuning.device);
    const id = this.#launch(settings, facts?.progress ?? [], { command: 'continue', out, changes });
    for (const [other, { snapshot }] of this.#entries) {
      if (other !== id && path.resolve(snapshot.settings.out!) === path.resolve(out)) this.#entries.delete(other);
    }
    return id;
  }

  #refuseSecond(): void {
    const active = [...this.#entries.values()].find(({ snapshot }) => !isFinal(snapshot.state));
    if (active) {
      throw new UserError('busy.training', { name: active.snapshot.settings.name });
    }
  }

  #launch(settings: TrainingSettings, progress: TrainingProgress[], command: RunCommand): RunId {
    this.#refuseSecond();
    const id = randomUUID();
    const child = startProcess(import.meta.url, 'process');
    const snapshot: RunSnapshot = {
      id,
      settings,
      state: 'preparing',
      progress,
      pictures: null,
      use: null,
      warning: null,
      started: null,
      skipped: [],
      done: null,
      failure: null,
    };
    const entry = {
      snapshot,
      process: child,
      continued: command.command === 'continue',
      memoryKills: memoryKills(),
      cancelledByForce: false,
    };
    this.#entries.set(id, entry);
    child.on('message', (message: RunMessage) => this.#receive(entry, message));
    child.on('error', (error) => void this.#died(entry, error.message));
    child.on('exit', (code, signal) => void this.#died(entry, signal ? `signal ${signal}` : `exit code ${code}`));
    this.#send(entry, command);
    return id;
  }

  pause(id: RunId): void {
    this.#command(id, 'pause');
  }
  resume(id: RunId): void {
    this.#command(id, 'resume');
  }
  stop(id: RunId): void {
    this.#command(id, 'stop');
  }
  cancel(id: RunId): void {
    const entry = this.#command(id, 'cancel');
    if (!entry) return;
    setTimeout(() => {
      if (isFinal(entry.snapshot.state) || entry.snapshot.state === 'saving') return;
      entry.cancelledByForce = true;
      entry.process.kill('SIGKILL');
    }, CANCEL_PATIENCE_MS).unref();
  }

  /** The runs since the engine started, oldest first. */
  snapshots(): RunSnapshot[] {
    return [...this.#entries.values()].map(({ snapshot }) => snapshot);
  }

  /** Ends every process; unfinished runs keep their last checkpoint. */
  dispose(): void {
    for (const { process, snapshot } of this.#entries.values()) if (!isFinal(snapshot.state)) process.kill('SIGKILL');
  }

  /** Returns the run that was told, null when it ended while the person reached for the button. */
  #command(id: RunId, command: 'pause' | 'resume' | 'stop' | 'cancel'): Entry | null {
    const entry = this.#entries.get(id);
    if (!entry) throw new UserError('not-found.run');
    if (isFinal(entry.snapshot.state)) return null;
    this.#send(entry, { command });
    return entry;
  }

  #send(entry: Entry, command: RunCommand): void {
    entry.process.send(command, (error) => {
      if (error) void this.#died(entry, error.message);
    });
  }

  #receive({ snapshot }: Entry, event: TrainingEvent): void {
    switch (event.event) {
      case 'progress':
        snapshot.progress = withPoint(snapshot.progress, event);
        break;
      case 'state':
        snapshot.state = event.state;
        break;
      case 'started':
        snapshot.started = event;
        break;
      case 'pictures':
        snapshot.pictures = event;
        break;
      case 'use':
        snapshot.use = event;
        break;
      case 'warning':
        snapshot.warning = event;
        break;
      case 'skipped':
        snapshot.skipped.push({ file: event.file, reason: event.reason });
        break;
      case 'done':
        snapshot.done = event;
        break;
      case 'preparing':
        break; // Progress of the moment: a window opened later sees the next one.
      case 'failed':
        snapshot.state = 'failed';
        snapshot.failure = UserError.of(event).failure;
    }
    this.#options.emit(snapshot.id, event);
  }

  /** A process that ended without having said why. */
  async #died(entry: Entry, how: string): Promise<void> {
    const { snapshot, memoryKills: before } = entry;
    const unfinished = await unfinishedRun(snapshot.settings.out!).catch(() => null); // a damaged one is reported on resuming
    if (!unfinished) await releaseClaim(snapshot.settings.out!);
    if (isFinal(snapshot.state)) return;
    if (entry.cancelledByForce) {
      // as a process that reacts does: what was to be continued and has not got that far yet, stays
      const keep = entry.continued && snapshot.started === null;
      if (unfinished && !keep) await discardRun(snapshot.settings.out!);
      return this.#receive(entry, { event: 'state', state: 'cancelled' });
    }
    const now = memoryKills();
    const forMemory = before !== null && now !== null && now > before && how === 'signal SIGKILL';
    const kept = unfinished?.step ? message('kept.checkpoint', { step: unfinished.step }) : message('kept.nothing');
    const error = forMemory
      ? new UserError('no-memory.run-killed', { kept })
      : new UserError('process-died.training', { how, kept });
    this.#receive(entry, { event: 'failed', ...error.failure });
  }

  /**
   * A folder for the model `name`, made safe for a file system, with a number where that is taken. The folder of its run is
   * made here: another instance that looks for a name at the same moment finds this one taken.
   */
  async #claimFolder(name: string): Promise<string> {
    const safe = folderName(name);
    const candidate = (n: number) => path.join(this.#options.library, n === 1 ? safe : `${safe} ${n}`);
    await makeFolder(this.#options.library);
    for (let n = 1; ; n++) {
      const folder = candidate(n);
      if (existsSync(folder) || (await remnants(folder, 'previous')).length > 0) continue;
      try {
        await mkdir(runFolder(folder));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
        throw writeFailure(error, folder);
      }
      // the other one may have finished between the look and the claim
      if (!existsSync(folder)) return folder;
      await rmdir(runFolder(folder));
    }
  }
}

/** Gives back a name that was claimed and not used: the folder is removed while nothing lies in it. */
async function releaseClaim(out: string): Promise<void> {
  await rmdir(runFolder(out)).catch(() => {}); // what is in it is kept
}

/** How many processes the kernel has ended for lack of memory since it started; null where it does not count them. */
function memoryKills(): number | null {
  try {
    const found = /^oom_kill (\d+)/m.exec(readFileSync('/proc/vmstat', 'utf8'));
    return found ? Number(found[1]) : null;
  } catch {
    return null; // not Linux
  }
}
