// The entry of every npm script: from a fresh clone to a running command, with nothing but Node and npm.
// Nothing stands here that a Node of long ago cannot read, so that it is told in words that it is too old.
const wanted = [20, 19];
const [major, minor] = process.versions.node.split('.').map(Number);

/** What is in the way of preparing the clone, which happens before anything of ours that could say it is bundled. */
const hints = {
  EACCES: 'This folder was used by another user. Run as that user, or make the whole folder yours (chown -R).',
  EROFS: 'This folder is on a read-only file system. Latchkey prepares itself in it: mount it writable.',
  ENOSPC: 'The disk is full. Free some space, then start again.',
};

/** The command that {@link prepareApart} runs this file with. */
const preparing = '--prepare';

async function main() {
  const { join } = await import('node:path');
  const { pathToFileURL } = await import('node:url');
  const [command = 'start', ...args] = process.argv.slice(2);
  const { prepare, root } = await import('./prepare.mjs');
  process.chdir(root);
  if (command === preparing) return prepare();
  await prepareApart();
  const script = join(root, 'dist', `${command}.mjs`);
  process.argv = [process.argv[0], script, ...args];
  await import(pathToFileURL(script).href);
}

/** In a process of its own: what bundling takes, some hundred MiB, would stay with a command that runs for months. */
async function prepareApart() {
  const { spawnSync } = await import('node:child_process');
  const { status, signal } = spawnSync(process.execPath, [process.argv[1], preparing], { stdio: 'inherit' });
  if (signal) process.kill(process.pid, signal);
  if (status !== 0) process.exit(status === null ? 1 : status);
}

if (major < wanted[0] || (major === wanted[0] && minor < wanted[1])) {
  console.error(`Latchkey needs Node ${wanted.join('.')} or newer; this is ${process.versions.node}.`);
  process.exit(1);
}
main().catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  const hint = error && hints[error.code];
  if (hint) console.error(hint);
  process.exit(1);
});
