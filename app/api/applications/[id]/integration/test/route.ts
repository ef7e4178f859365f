import { z } from 'zod';
import { defineRoute } from '@/lib/auth/define-route';
import { toFailure } from '@/lib/auth/failure';
import { probeByWriting } from '@/lib/provisioning/probe-by-writing';
import { probeConnection } from '@/lib/provisioning/probe-connection';
import { connectionTestSchema } from '@/lib/provisioning/schema';
import type { ConnectionStep } from '@/lib/scim/check-connection';

/**
 * Tests a connection as typed and answers step by step, one JSON object a line, so that the screen fills while it runs.
 * Nothing is saved; what a test that writes has created is deleted again, also when the browser leaves. What is refused before the first step is answered as JSON like everywhere else.
 */
export const POST = defineRoute(
  {
    permission: 'integration.write',
    params: z.object({ id: z.uuid() }),
    body: connectionTestSchema.omit({ applicationId: true }),
  },
  async ({ params, body: { write, ...body }, actor, request }) => {
    const input = { applicationId: params.id, ...body };
    const steps: Steps = write ? probeByWriting(actor, input) : probeConnection(input, request.signal);
    // Whoever has left takes no more lines, and may not say so.
    request.signal.addEventListener('abort', () => void steps.return(undefined));
    const first = await steps.next();
    return new Response(lines(first, steps), {
      headers: { 'content-type': 'application/x-ndjson; charset=utf-8', 'cache-control': 'no-store' },
    });
  },
);

type Steps = AsyncGenerator<ConnectionStep, unknown>;

function lines(first: IteratorResult<ConnectionStep, unknown>, steps: Steps): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let next: IteratorResult<ConnectionStep, unknown> | undefined = first;
  return new ReadableStream({
    async pull(controller) {
      try {
        const step = next ?? (await steps.next());
        next = undefined;
        if (step.done) return controller.close();
        // What was sent and received holds nothing for the screen that message and hint do not say.
        const { failure: _failure, ...shown } = step.value;
        controller.enqueue(encoder.encode(`${JSON.stringify(shown)}\n`));
      } catch (error) {
        controller.enqueue(encoder.encode(`${JSON.stringify({ refused: toFailure(error) })}\n`));
        controller.close();
      }
    },
    async cancel() {
      await steps.return(undefined);
    },
  });
}
