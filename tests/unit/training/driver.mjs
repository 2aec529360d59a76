// Stands in for a driver that misbehaves in the way that DRIVER says.
import { writeFileSync } from 'node:fs';

if (process.env.PID_FILE) writeFileSync(process.env.PID_FILE, String(process.pid));
/** Blocks the thread, as native code that does not return; for a minute, should nobody end it. */
const hang = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000);
if (process.env.DRIVER === 'crashes') process.abort();
if (process.env.DRIVER === 'never answers') hang();
process.send?.({ problem: null, speed: 2 }, hang);
