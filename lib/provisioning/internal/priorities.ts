/** Smaller goes first, so that a suspension overtakes a long first cycle. */
export const priorities = { deprovision: 0, change: 1, cycle: 2 } as const;
