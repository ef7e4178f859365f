type Say = (line: string) => void;

/** Work that is going on while something else writes to the terminal. */
export interface Meanwhile {
  /**
   * Says what there was to say so far, from then on at once, and waits for the end.
   * @throws what the work threw, whenever that was
   */
  finish(aloud: Say): Promise<void>;
}

/** Starts work whose words wait until somebody asks for them, so that they do not end up among those of another. */
export function meanwhile(work: (say: Say) => Promise<void>): Meanwhile {
  const waiting: string[] = [];
  let say: Say = (line) => waiting.push(line);
  // Caught here: a failure that nobody asks about yet would end the whole process.
  const outcome = work((line) => say(line)).then(
    () => ({ failed: false }) as const,
    (error: unknown) => ({ failed: true, error }) as const,
  );
  const finish = async (aloud: Say) => {
    for (const line of waiting.splice(0)) aloud(line);
    say = aloud;
    const ended = await outcome;
    if (ended.failed) throw ended.error;
  };
  return { finish };
}
