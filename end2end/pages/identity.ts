// Coming in: the page behind the one-time link, and the sign-in page.
import { type Page, expect } from '@playwright/test';

/** The person that stories make the first administrator. */
export const ADMINISTRATOR = {
  email: 'ada@example.org',
  password: 'correct horse battery staple',
};

/** Opens the one-time link and becomes the first administrator. */
export async function welcome(page: Page, link: string, who = ADMINISTRATOR): Promise<void> {
  await page.goto(link);
  await enter(page, who);
  await expect(page).not.toHaveURL(/\/welcome/);
}

/** Signs in on the sign-in page; the person must exist. */
export async function signIn(page: Page, who = ADMINISTRATOR): Promise<void> {
  await page.goto('/sign-in');
  await enter(page, who);
  await expect(page).not.toHaveURL(/\/sign-in/);
}

/** Fills by field name and not by label: both pages send the same form, with or without scripts. */
async function enter(page: Page, who: typeof ADMINISTRATOR): Promise<void> {
  const form = page.locator('form').filter({ has: page.locator('input[name=password]') });
  await form.locator('input[name=email]').fill(who.email);
  await form.locator('input[name=password]').fill(who.password);
  await form.locator('button[type=submit]').click();
}
