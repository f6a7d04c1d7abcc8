// The demonstration organisation: the verdicts that the scheduler gives on it, and every page in both
// themes and sizes.
import { expect, expectAccessible, shots, test, welcome } from '../fixtures';

test.use({ server: { demo: true } });

test('every page is accessible, in both themes', async ({ page, berth }) => {
  test.setTimeout(180_000);
  await page.goto('/sign-in');
  await expectAccessible(page);
  await shots(page, 'sign-in');
  await welcome(page, await berth.link());
  const pages = [
    ['/workloads', 'Workloads'],
    ['/workloads/new', 'New workspace'],
    ['/workloads/new/workspace?project=2&name=tried&image=a&gpu_devices=1', 'New workspace'],
    ['/workloads?open=first', 'Workloads'],
    ['/projects', 'Projects'],
    ['/clusters', 'Clusters'],
    ['/nodes', 'Nodes'],
  ];
  for (const [address, heading] of pages) {
    await page.goto(address.replace('?open=first', ''));
    if (address.includes('open=first')) {
      await page.getByRole('rowheader').first().getByRole('link').click();
      await expect(page.getByRole('link', { name: 'Close pane' })).toBeVisible();
    }
    await expect(page.getByRole('heading', { name: heading, level: 1 })).toBeVisible();
    await page.waitForLoadState('load');
    await expectAccessible(page);
    await shots(page, `demo${address.replace(/\?open.*/, '/pane').replace(/\?.*/, '').replaceAll('/', '-')}`);
    await page.setViewportSize({ width: 390, height: 844 });
    await expectAccessible(page);
    await page.setViewportSize({ width: 1440, height: 900 });
  }
});

test('four verdicts, and a fix that comes true', async ({ page, berth }) => {
  test.setTimeout(120_000);
  await welcome(page, await berth.link());
  const form = '/workloads/new/workspace?project=2&name=tried';
  const verdict = page.locator('[data-verdict]');

  await page.goto(`${form}&gpu_devices=1`);
  await expect(verdict).toHaveAttribute('data-verdict', 'refused');

  await page.goto(`${form}&image=a&gpu_devices=16`);
  await expect(verdict).toHaveAttribute('data-verdict', 'never');
  await expect(verdict).toContainText('16 GPUs');

  await page.goto(`${form}&image=a&gpu_devices=8`);
  await expect(verdict).toHaveAttribute('data-verdict', 'waits');
  await expect(verdict).toContainText('project vision has');

  await page.getByRole('button', { name: /^Ask for \d+ GPUs?\b/ }).first().click();
  await expect(verdict).toHaveAttribute('data-verdict', 'now');
  await page.getByRole('button', { name: 'Create workspace' }).click();
  const row = page.getByRole('row').filter({ hasText: 'tried' });
  await expect(row).toContainText('Running', { timeout: 60_000 });
});
