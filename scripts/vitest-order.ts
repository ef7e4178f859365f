import { join } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes longest, longest first: started last, one of them would keep one core busy while the others rest. */
export const longFiles = [
  'lib/worker/imports.test.ts',
  'lib/api/fuzz.test.ts',
  'lib/api/operations-provisioning.test.ts',
  'scripts/two-starts.test.ts',
  'lib/worker/killed.test.ts',
  'lib/sso/naming-places.test.ts',
  'lib/worker/retention.test.ts',
  'lib/worker/provisioning.test.ts',
  'lib/worker/deleted.test.ts',
  'lib/worker/read-screens.test.ts',
  'scripts/embedded-postgres.test.ts',
  'lib/api/operations-applications.test.ts',
  'lib/auth/wrong-passwords.test.ts',
  'lib/sso/sso.test.ts',
  'lib/sso/repeated-request.test.ts',
  'lib/worker/faults.test.ts',
  'lib/api/operations-directory.test.ts',
];

/** Begins with the files that take longest; a fresh clone has no times of an earlier run to go by. */
export class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { root } = this.ctx.config;
    const place = ({ moduleId }: TestSpecification) => {
      const found = longFiles.findIndex((path) => moduleId === join(root, path));
      return found < 0 ? longFiles.length : found;
    };
    return (await super.sort(files)).toSorted((one, other) => place(one) - place(other));
  }
}
