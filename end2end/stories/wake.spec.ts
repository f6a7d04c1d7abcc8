import { expect, test, welcome } from '../fixtures';

test.use({ server: { demo: true } });

test('the pane of every workload wakes up, whatever state it is in', async ({ page, berth }) => {
  test.setTimeout(240_000);
  await welcome(page, await berth.link());
  await page.goto('/workloads');
  const links = page.locator('a[href*="open="]');
  await expect(links.first()).toBeVisible();
  const hrefs = await links.evaluateAll((all) => all.map((link) => link.getAttribute('href') ?? ''));
  expect(hrefs.length).toBeGreaterThan(20);
  for (const href of hrefs) {
    const live = page.waitForRequest((request) => request.url().includes('/live'));
    await page.goto(href);
    await live; // it is awake
    await expect(page.getByRole('tablist', { name: 'About the workload' })).toBeVisible();
  }
});
