import { defineCommand } from '@/lib/events/command';
import { asNameTaken, groupTarget } from './internal/groups';
import { groupValuesSchema } from './schema';

/** Creates a user group without members. @throws AppError `already_exists` at name */
export const createGroup = defineCommand(
  { id: 'createGroup', permission: 'groups.write', input: groupValuesSchema, event: 'group_create' },
  async (tx, draft, { name, description }) => {
    const group = await tx.group.create({ data: { name, description } }).catch((error: unknown) => {
      throw asNameTaken(error, name);
    });
    draft.target = groupTarget(group);
    return group;
  },
);
