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
  await page.getByLabel('E-mail').fill(who.email);
  for (const field of await page.locator('input[type=password]').all()) {
    await field.fill(who.password);
  }
  await page.locator('main form button[type=submit], form button[type=submit]').first().click();
  await expect(page).not.toHaveURL(/\/welcome/);
}

/** Signs in on the sign-in page; the person must exist. */
export async function signIn(page: Page, who = ADMINISTRATOR): Promise<void> {
  await page.goto('/sign-in');
  await page.getByLabel('E-mail').fill(who.email);
  await page.getByLabel('Password', { exact: true }).fill(who.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page).not.toHaveURL(/\/sign-in/);
}
