import type { User } from '@/lib/db/generated/client';
import { columnsOf } from '../user-columns';

/** What the form of a person would send, unchanged. */
export const columnsOfUser = (user: User) => columnsOf(user);
