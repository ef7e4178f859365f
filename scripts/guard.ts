// Loaded before each process that the supervisor starts (node --import). Its standard input is a pipe that nobody
// writes to; it ends when the supervisor is gone, even by kill -9, and then the process stops as if it had been asked to.
// Node hands --import down to what such a process starts itself (Next's builders of CSS), whose input is another: for
// them the mark is taken away.
if (process.env.LATCHKEY_SUPERVISED) {
  delete process.env.LATCHKEY_SUPERVISED;
  process.stdin.on('end', () => process.kill(process.pid, 'SIGTERM'));
  process.stdin.on('error', () => {});
  process.stdin.resume();
  // The pipe alone must not keep a process alive that is done.
  if ('unref' in process.stdin && typeof process.stdin.unref === 'function') process.stdin.unref();
}
