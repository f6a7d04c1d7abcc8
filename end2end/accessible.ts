// Accessibility as a machine can check it: axe's rules of WCAG A and AA, in both themes.
import { type Page, expect } from '@playwright/test';
import axe, { type RunOptions } from 'axe-core';

import { COLOR_SCHEMES, inColorScheme } from './themes';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
/** The rules that depend on the theme; the others are asked once. */
const OF_COLORS = ['color-contrast', 'link-in-text-block'];
/** Nothing is said of what is right, which takes longer than to find what is wrong. */
const ONLY_WRONG: RunOptions = { resultTypes: ['violations'], preload: false };

/** Fails with one line for each violation: rule, what it is about, and where. */
export async function expectAccessible(page: Page): Promise<void> {
  for (const scheme of COLOR_SCHEMES) {
    await inColorScheme(page, scheme, async () => {
      const found = await violations(page, scheme === 'light' ? RULES : OF_COLORS);
      expect(found, `accessible in ${scheme}: ${page.url()}`).toEqual([]);
    });
  }
}

async function violations(page: Page, runOnly: string[]): Promise<string[]> {
  // One program for as long as the page is there.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  return page.evaluate(async (options) => {
    const { violations } = await window.axe.run(document, options);
    return violations.flatMap(({ id, help, nodes }) => nodes.map(({ target }) => `${id}: ${help} at ${target.join(' ')}`));
  }, { ...ONLY_WRONG, runOnly });
}

declare global {
  interface Window {
    axe: typeof axe;
  }
}
