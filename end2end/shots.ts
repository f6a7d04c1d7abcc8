// Pictures of a page as people see it: both themes, a desk and a phone. They are for looking at,
// not for comparing by machine, and git ignores their folder. Where nobody looks, none are taken.
import path from 'node:path';

import type { Page } from '@playwright/test';

import { COLOR_SCHEMES, inColorScheme } from './themes';

const FOLDER = path.join(__dirname, 'screenshots');
const SIZES = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
];

/** Writes `NAME-THEME-WIDTH.png` four times, then gives the page its old size back. */
export async function shots(page: Page, name: string): Promise<void> {
  if (process.env.CI) return;
  const before = page.viewportSize();
  for (const size of SIZES) {
    await page.setViewportSize(size);
    for (const scheme of COLOR_SCHEMES) {
      await inColorScheme(page, scheme, async () => {
        const file = path.join(FOLDER, `${name}-${scheme}-${size.width}.png`);
        await page.screenshot({ path: file, animations: 'disabled', caret: 'hide' });
      });
    }
  }
  if (before) await page.setViewportSize(before);
}
