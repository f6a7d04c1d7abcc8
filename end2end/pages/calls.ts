// The REST interface, called by a page with the cookie of whoever is signed in.
import { type Page } from '@playwright/test';

/** What the server answers; a refusal is an error with its text. */
export async function call(page: Page, method: string, path: string, body?: object): Promise<any> {
  // From beside the page, which may be on its way to another one.
  const headers = { 'content-type': 'application/json', origin: new URL(page.url()).origin };
  const answer = await page.request.fetch(path, { method, headers, data: body });
  const [status, text] = [answer.status(), await answer.text()];
  if (status >= 400) throw new Error(`${method} ${path}: ${status} ${text}`);
  return text === '' ? null : JSON.parse(text);
}
