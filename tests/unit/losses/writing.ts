/** A process that writes version after version of everything, until it is killed: `writing.ts HOME`. */
import { THINGS } from './things';

const [, , home] = process.argv;
for (let n = 2; ; n++) {
  for (const thing of Object.values(THINGS)) await thing.write(home, n);
  if (n === 2) process.stdout.write('writing\n');
}
