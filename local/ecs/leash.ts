/**
 * Loaded into a task's process before its program: the process dies with the local run that holds the other end of its
 * standard input, however that ends.
 */
process.stdin.once('end', () => process.kill(process.pid, 'SIGKILL'));
process.stdin.once('error', () => process.kill(process.pid, 'SIGKILL'));
process.stdin.resume();
// A program that has nothing more to do ends, as it would without this.
if ('unref' in process.stdin && typeof process.stdin.unref === 'function') process.stdin.unref();
