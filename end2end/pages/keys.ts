// What somebody without a mouse does: walks to a control, types into it, presses it.
import { type Locator, type Page, expect } from '@playwright/test';

/** More controls than a page has. */
const ENOUGH = 400;

/** Presses Tab, or Shift and Tab for what lies behind, until the control has the focus. */
export async function reach(page: Page, control: Locator): Promise<void> {
  await expect(control).toBeVisible();
  for (let presses = 0; presses < ENOUGH; presses += 1) {
    const way = await control.evaluate((element) => {
      const now = document.activeElement ?? document.body;
      if (element === now) return null;
      const isBehind = now !== document.body && (now.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_PRECEDING) !== 0;
      return isBehind ? 'Shift+Tab' : 'Tab';
    });
    if (way === null) return;
    await page.keyboard.press(way);
  }
  throw new Error(`Tab never reaches ${control}`);
}

/** Replaces what stands in a control. */
export async function type(page: Page, control: Locator, text: string): Promise<void> {
  await reach(page, control);
  await page.keyboard.press('Control+A');
  // Typing nothing takes away what was there.
  if (text === '') await page.keyboard.press('Delete');
  await page.keyboard.type(text);
}

/** Presses Enter on a control. */
export async function press(page: Page, control: Locator): Promise<void> {
  await reach(page, control);
  await page.keyboard.press('Enter');
}

/** Walks with the arrow until the item of an open menu has the focus. */
export async function walk(page: Page, item: Locator): Promise<void> {
  await expect(item).toBeVisible();
  for (let steps = 0; steps < ENOUGH; steps += 1) {
    if (await item.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('ArrowDown');
  }
  throw new Error(`no arrow reaches ${item}`);
}
