/** The command line: the same engine from a terminal. */
import { run } from './cli/program';

process.exitCode = await run(process.argv.slice(2));
