import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';

type Violations = Awaited<ReturnType<AxeBuilder['analyze']>>['violations'];

/** The rules of axe that judge colours: all that can differ between light and dark. */
const ofColours = ['color-contrast', 'link-in-text-block'];

/**
 * What axe objects to: the rule, and where. The pages have no frames, so axe runs in the page alone, and tells no more than
 * that: lists of all that is well are long.
 * @param part a selector, for less than the whole page
 */
export async function objections(page: Page, part?: string): Promise<string[]> {
  // Of a page that was led to, the title comes a moment after what is shown.
  await page.waitForFunction(() => document.title !== '');
  const builder = axe(page);
  return judged(part ? builder.include(part) : builder);
}

/** As `objections`, of the colours alone: for a page that was judged whole in its other theme, where axe still is. */
export async function objectionsToColours(page: Page): Promise<string[]> {
  const { violations } = await page.evaluate(
    ({ values, exclude }) => {
      const { axe } = window as unknown as {
        axe: { run(context: object, options: object): Promise<{ violations: Violations }> };
      };
      return axe.run({ exclude }, { runOnly: { type: 'rule', values }, resultTypes: ['violations'] });
    },
    { values: ofColours, exclude: alike.map((selector) => [selector]) },
  );
  return inWords(violations);
}

/** Rows of a table, or operations of the reference, behind the first ones: what is made alike is judged once, and costs as much each time. */
const alike = ['tbody tr:nth-child(n + 7)', 'section details:nth-of-type(n + 7)', 'li li:nth-child(n + 7)'];

function axe(page: Page): AxeBuilder {
  const builder = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] });
  return alike.reduce((made, selector) => made.exclude(selector), builder);
}

async function judged(builder: AxeBuilder): Promise<string[]> {
  return inWords((await builder.analyze()).violations);
}

function inWords(violations: Violations): string[] {
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(' | ')}`);
}
