// The REST interface, called by a page with the cookie of whoever is signed in.
import { type Page } from '@playwright/test';

/** What the server answers; a refusal is an error with its text. */
export async function call(page: Page, method: string, path: string, body?: object): Promise<any> {
  const { status, text } = await page.evaluate(
    async ({ method, path, body }) => {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
      return { status: answer.status, text: await answer.text() };
    },
    { method, path, body },
  );
  if (status >= 400) throw new Error(`${method} ${path}: ${status} ${text}`);
  return text === '' ? null : JSON.parse(text);
}
