/** The event target that names this person. */
export const userTarget = (user: { id: string; username: string }) =>
  ({ type: 'user', id: user.id, name: user.username }) as const;
