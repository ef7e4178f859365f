import { Logger } from 'graphile-worker';

/** One line of JSON for what went wrong or is worth knowing; the queue's chatter is left out. */
export const logger = new Logger((scope) => (level, message) => {
  if (level !== 'error' && level !== 'warning') return;
  console.error(JSON.stringify({ at: new Date().toISOString(), level, task: scope.taskIdentifier, message }));
});
