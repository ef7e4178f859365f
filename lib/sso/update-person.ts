import { updateUserSchema } from '@/lib/directory/schema';
import { updateUser } from '@/lib/directory/update-user';
import { declareCommand } from '@/lib/events/command';
import { keepOwnNames } from './keep-own-names';

/** {@link updateUser} with what follows for sign-ins, which the directory cannot know. */
export const updatePerson = declareCommand(
  { id: 'updateUser', permission: 'users.write', input: updateUserSchema, event: 'user_update' },
  (actor, input) => updateUser(actor, input, keepOwnNames),
);
