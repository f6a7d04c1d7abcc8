// Light and dark, as the system asks for them.
import type { Page } from '@playwright/test';

export const COLOR_SCHEMES = ['light', 'dark'] as const;

/** Does something while the page is in one theme and its transitions have ended. */
export async function inColorScheme(
  page: Page,
  colorScheme: (typeof COLOR_SCHEMES)[number],
  act: () => Promise<void>,
): Promise<void> {
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  await page.evaluate(async () => {
    const ends = document.getAnimations().filter((it) => it.effect?.getComputedTiming().endTime !== Infinity);
    const all = Promise.allSettled(ends.map((it) => it.finished));
    // A row that keeps changing starts its fade anew for ever.
    const enough = new Promise((resolve) => setTimeout(resolve, 1_000));
    await Promise.race([all, enough]);
  });
  await act();
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
}
