import { z } from 'zod';
import { defineRoute } from '@/lib/auth/define-route';
import { decodeFile } from '@/lib/batches/decode-file';
import { readUserFile } from '@/lib/batches/user-file';

/** A file of people as it is: its bytes are the body, of which lib/web/rules.ts says how many there may be. */
export const POST = defineRoute(
  { permission: 'users.write', query: z.object({ name: readUserFile.input.shape.name }) },
  async ({ actor, query, request }) => {
    const text = decodeFile(new Uint8Array(await request.arrayBuffer()));
    const { id } = await readUserFile(actor, { name: query.name, text });
    return { id };
  },
);
