/** Compared for what they say: times, ids and process numbers differ each time. */
export function meaning(line: string): string {
  return line.replace(/[0-9a-f-]{8,}|\d+/gi, '#');
}

const mostLines = 200;

/** What a process that ends again and again says: written only where it is not what it said the time before. */
export class RepeatedLines {
  private before: string[] = [];
  private now: string[] = [];
  private held: string[] = [];
  private same = false;

  /** The process begins once more. @param compare false: everything is written */
  begin(compare: boolean): void {
    this.before = this.now;
    this.now = [];
    this.held = [];
    this.same = compare && this.before.length > 0;
  }

  /** @returns what is to be written now: nothing as long as all lines so far are those of the time before */
  take(line: string): string[] {
    const key = meaning(line);
    const expected = this.before[this.now.length];
    if (this.now.length < mostLines) this.now.push(key);
    if (this.same && key === expected) {
      this.held.push(line);
      return [];
    }
    this.same = false;
    return [...this.held.splice(0), line];
  }

  /** True when nothing of this time was written, because nothing was new. */
  get isRepetition(): boolean {
    return this.same && this.now.length === this.before.length;
  }
}
