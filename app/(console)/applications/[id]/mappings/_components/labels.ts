/** What the two mapping tables of an application are called. */
export const labels = { user: 'User attributes', group: 'Group attributes' } as const;
