/** Bytes that large bodies may take together, from all callers and from one. */
const maxTotal = 64 * 1024 * 1024;
const maxPerCaller = maxTotal / 4;
/** What is no larger is not counted: a sign-in is let in however much is being uploaded. */
const freeBytes = 16 * 1024;

/** Memory for bodies under way: one caller cannot have all of it, and all together cannot have the machine's. */
export class MemoryBudget {
  private total = 0;
  private readonly perCaller = new Map<string, number>();

  /** Takes or gives back the difference between two sizes of one body. @returns false when there is no more */
  resize(caller: string, from: number, to: number): boolean {
    const change = counted(to) - counted(from);
    const before = this.perCaller.get(caller) ?? 0;
    if (change > 0 && (this.total + change > maxTotal || before + change > maxPerCaller)) return false;
    this.total += change;
    if (before + change > 0) this.perCaller.set(caller, before + change);
    else this.perCaller.delete(caller);
    return true;
  }
}

function counted(bytes: number): number {
  return bytes > freeBytes ? bytes : 0;
}
