// Nothing of a page is wider than the screen.
import { type Page, expect } from '@playwright/test';

export async function expectFits(page: Page): Promise<void> {
  const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect.soft(beyond, `${page.url()} is wider than the screen`).toBeLessThanOrEqual(0);
}
