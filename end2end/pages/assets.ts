// Tables of assets: their pages, and the menus of their rows.
import { type Page, expect } from '@playwright/test';

/** Opens a page of the side bar. */
export async function open(page: Page, name: string): Promise<void> {
  await page.getByRole('link', { name, exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
}

/** Chooses from the menu of a row. */
export async function choose(page: Page, row: string, item: string): Promise<void> {
  await page.getByRole('button', { name: `Actions for ${row}`, exact: true }).click();
  await page.getByRole('menuitem', { name: item }).click();
}
