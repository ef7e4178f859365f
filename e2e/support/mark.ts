/** Part of a name that nobody else has: by the time, and by the process that runs the test beside others. */
export const newMark = (): string => `${Date.now().toString(36)}${process.env.TEST_WORKER_INDEX ?? ''}`;
