/** The engine's training runs, each in a process of its own. */
import { fork, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError, type RunId, type RunSnapshot, type TrainingEvent, type TrainingSettings } from '../../contract';
import { refuseMissingDevice } from './card';
import { isFinal, type RunCommand, type RunMessage } from './messages';
import { resolveSettings } from './settings';

/** Points of the live curves that a window opened later gets; older ones are thinned to every second. */
const MOST_PROGRESS = 2000;

const PROCESS = fileURLToPath(new URL('./process.js', import.meta.url));

interface Entry {
  snapshot: RunSnapshot;
  process: ChildProcess;
}

export class Runs {
  private readonly entries = new Map<RunId, Entry>();

  /**
   * @param options.library folder for models whose settings name no other
   * @param options.emit told about every event of every run, after the snapshot has it
   */
  constructor(private readonly options: { library: string; emit(id: RunId, event: TrainingEvent): void }) {}

  /** @throws UserError `bad-settings`; `no-device`; `busy` while another run computes: two would each take twice as long */
  async start(settings: TrainingSettings): Promise<RunId> {
    const out = settings.out ?? this.freeFolder(settings.name);
    const resolved = resolveSettings({ ...settings, out });
    await refuseMissingDevice(resolved.tuning.device);
    const active = [...this.entries.values()].find(({ snapshot }) => !isFinal(snapshot.state));
    if (active) {
      throw new UserError(
        'busy',
        `"${active.snapshot.settings.name}" is still training. Wait for it, stop it, or cancel it, then start this one.`,
      );
    }
    const id = randomUUID();
    // Under Electron the executable is Electron's own; this makes it behave as Node.
    const child = fork(PROCESS, [], {
      serialization: 'advanced',
      execArgv: [],
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    });
    const snapshot: RunSnapshot = {
      id,
      settings: resolved,
      state: 'preparing',
      progress: [],
      pictures: null,
      started: null,
      skipped: [],
      done: null,
      failure: null,
    };
    const entry = { snapshot, process: child };
    this.entries.set(id, entry);
    child.on('message', (message: RunMessage) => this.receive(entry, message));
    child.on('error', (error) => this.died(entry, error.message));
    child.on('exit', (code, signal) => this.died(entry, signal ? `signal ${signal}` : `exit code ${code}`));
    this.send(entry, { command: 'train', settings: resolved });
    return id;
  }

  pause(id: RunId): void {
    this.command(id, 'pause');
  }
  resume(id: RunId): void {
    this.command(id, 'resume');
  }
  stop(id: RunId): void {
    this.command(id, 'stop');
  }
  cancel(id: RunId): void {
    this.command(id, 'cancel');
  }

  /** The runs of this session, oldest first. */
  snapshots(): RunSnapshot[] {
    return [...this.entries.values()].map(({ snapshot }) => snapshot);
  }

  /** Ends every process; unfinished runs keep their last checkpoint. */
  dispose(): void {
    for (const { process, snapshot } of this.entries.values()) if (!isFinal(snapshot.state)) process.kill('SIGKILL');
  }

  private command(id: RunId, command: 'pause' | 'resume' | 'stop' | 'cancel'): void {
    const entry = this.entries.get(id);
    if (!entry) throw new UserError('not-found', 'That training run is not known any more. Reload the window.');
    if (isFinal(entry.snapshot.state)) return; // It ended while the person reached for the button.
    this.send(entry, { command });
  }

  private send(entry: Entry, command: RunCommand): void {
    entry.process.send(command, (error) => {
      if (error) this.died(entry, error.message);
    });
  }

  private receive({ snapshot }: Entry, event: TrainingEvent): void {
    switch (event.event) {
      case 'progress':
        snapshot.progress.push(event);
        if (snapshot.progress.length > MOST_PROGRESS) {
          snapshot.progress = snapshot.progress.filter((p, i) => i % 2 || p.validationMse !== undefined);
        }
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
        snapshot.failure = { code: event.code, message: event.message };
    }
    this.options.emit(snapshot.id, event);
  }

  private died(entry: Entry, how: string): void {
    const { snapshot } = entry;
    if (isFinal(snapshot.state)) return;
    this.receive(entry, {
      event: 'failed',
      code: 'process-died',
      message:
        `The training process ended unexpectedly (${how}), perhaps for lack of memory. Earlier models are untouched. ` +
        'Try a smaller batch or image size.',
    });
  }

  /** `name`, made safe for a file system, with a number where that is taken. */
  private freeFolder(name: string): string {
    const safe =
      name
        .trim()
        .replace(/[^\p{L}\p{N} ._-]+/gu, '-')
        .replace(/^[.\s]+|[.\s]+$/g, '') || 'model';
    const candidate = (n: number) => path.join(this.options.library, n === 1 ? safe : `${safe} ${n}`);
    let n = 1;
    while (existsSync(candidate(n)) || existsSync(`${candidate(n)}.training`)) n++;
    return candidate(n);
  }
}
