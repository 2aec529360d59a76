import { Writable } from 'node:stream';
import { run } from '../../../main/cli/program';

/** Runs a command as the command line does, and catches what it says. */
export async function cli(...args: string[]) {
  const said = { out: '', err: '' };
  const stream = (to: 'out' | 'err') =>
    new Writable({
      write(chunk, _encoding, done) {
        said[to] += chunk;
        done();
      },
    });
  const code = await run(args, { stdout: stream('out'), stderr: stream('err') });
  const events = args.includes('--json')
    ? said.out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
    : [];
  return { code, ...said, events };
}
