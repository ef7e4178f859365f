/** The answer that has taught something of a server, as it is shown: redacted, and short. */
export interface Lesson {
  status: number | null;
  text: string;
}

const mostText = 200;

/** Of a refusal; its detail holds no secret. */
export function lessonOf({ status, detail }: { status?: number; detail: string }): Lesson {
  return { status: status ?? null, text: detail.length > mostText ? `${detail.slice(0, mostText - 1)}…` : detail };
}

/** Of an answer that was no refusal, and taught something all the same: in our words what. */
export function taughtBy({ exchange }: { exchange: { status?: number } }, text: string): Lesson {
  return { status: exchange.status ?? null, text };
}
