/**
 * Loaded into a task's process before its program: the process, and all that it started, die with the local run that
 * holds the other end of its standard input, however that ends.
 */
const die = () => process.kill(-process.pid, 'SIGKILL');
process.stdin.once('end', die);
process.stdin.once('error', die);
process.stdin.resume();
// A program that has nothing more to do ends, as it would without this.
if ('unref' in process.stdin && typeof process.stdin.unref === 'function') process.stdin.unref();
