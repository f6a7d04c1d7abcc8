// Accessibility as a machine can check it: axe's rules of WCAG A and AA, in both themes.
import AxeBuilder from '@axe-core/playwright';
import { type Page, expect } from '@playwright/test';

import { COLOR_SCHEMES, inColorScheme } from './themes';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
/** The rules that depend on the theme; the others are asked once. */
const OF_COLORS = ['color-contrast', 'link-in-text-block'];

/** Fails with one line for each violation: rule, what it is about, and where. */
export async function expectAccessible(page: Page): Promise<void> {
  for (const scheme of COLOR_SCHEMES) {
    await inColorScheme(page, scheme, async () => {
      const axe = new AxeBuilder({ page });
      const { violations } = await (scheme === 'light' ? axe.withTags(RULES) : axe.withRules(OF_COLORS)).analyze();
      const found = violations.flatMap((violation) =>
        violation.nodes.map((node) => `${violation.id}: ${violation.help} at ${node.target.join(' ')}`),
      );
      expect(found, `accessible in ${scheme}: ${page.url()}`).toEqual([]);
    });
  }
}
