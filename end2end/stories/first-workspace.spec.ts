// From the one-time link to a running workspace, a crash in the middle, and back: the journey of
// somebody who has just cloned the repository.
import { type Page, expect, expectAccessible, shots, test, welcome } from '../fixtures';

const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name });

async function fillForm(page: Page, name: string): Promise<void> {
  await page.goto('/workloads');
  await page.getByRole('button', { name: '+New workload' }).click();
  await page.getByRole('menuitem', { name: 'Workspace' }).click();
  await expect(page).toHaveURL(/\/workloads\/new/);
  await page.getByLabel('Workspace name').fill(name);
  await expect(page.getByText('Free')).toBeVisible();
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page).toHaveURL(/\/workloads\/new\/workspace/);
  await page.getByLabel('Image URL').fill('jupyter/scipy-notebook');
  await page.getByRole('button', { name: '+Tool' }).click();
  await expect(page.getByLabel('Container port')).toHaveValue('8888');
  await page.getByRole('spinbutton', { name: 'GPU devices' }).fill('1');
  await page.getByText('GPU fractioning').click();
  await expect(page.locator('input[name=gpu_request]')).toHaveValue('50');
  for (const [index, variable] of ['EPOCHS', 'MODE'].entries()) {
    await page.getByRole('button', { name: '+Environment variable' }).click();
    await page.locator('input[name=variable_name]').nth(index).fill(variable);
    await page.locator('input[name=variable_value]').nth(index).fill('1');
  }
}

test('a first workspace, a crash, and back', async ({ page, berth, complaints }) => {
  test.setTimeout(180_000);
  await welcome(page, await berth.link());
  await expect(page.getByRole('heading', { name: 'Workloads' })).toBeVisible();
  await expect(page.getByText('No workload yet')).toBeVisible();

  await fillForm(page, 'nb-1');
  await expect(page.getByRole('heading', { name: 'Starts now' })).toBeVisible();
  await expect(page.getByText(/GPU 0 \(50 %\)/)).toBeVisible();
  await expectAccessible(page);
  await shots(page, 'workspace-new');
  await page.getByRole('button', { name: 'Create workspace' }).click();

  await expect(page).toHaveURL(/\/workloads\?open=/);
  await expect(row(page, 'nb-1')).toContainText('Running', { timeout: 60_000 });

  // A second one is starting while the server dies.
  await fillForm(page, 'nb-2');
  await page.getByRole('button', { name: 'Create workspace' }).click();
  await expect(row(page, 'nb-2')).toBeVisible();
  complaints.foresee(/ERR_/, /net::/, /EventSource/, /Failed to fetch/);
  await berth.kill9();
  await berth.restart();
  await page.goto('/workloads');
  await expect(row(page, 'nb-1')).toContainText('Running', { timeout: 60_000 });
  await expect(row(page, 'nb-2')).toContainText('Running', { timeout: 60_000 });
  await expect(page.getByRole('row')).toHaveCount(3);

  await row(page, 'nb-1').getByRole('link', { name: 'nb-1' }).click();
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await expect(row(page, 'nb-1')).toContainText('Stopped', { timeout: 60_000 });
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(row(page, 'nb-1')).toContainText('Running', { timeout: 60_000 });

  await page.getByRole('link', { name: 'Make a copy' }).click();
  await expect(page.getByLabel('Image URL')).toHaveValue('jupyter/scipy-notebook');
  await expect(page.locator('input[name=variable_name]').first()).toHaveValue('EPOCHS');
  await page.getByLabel('Workspace name').fill('nb-3');
  await page.getByRole('button', { name: 'Create workspace' }).click();
  await expect(row(page, 'nb-3')).toContainText('Running', { timeout: 60_000 });

  await row(page, 'nb-3').getByRole('link', { name: 'nb-3' }).click();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(row(page, 'nb-3')).toHaveCount(0, { timeout: 60_000 });
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('signing in, creating, stopping and deleting', async ({ page, berth }) => {
    await welcome(page, await berth.link());
    await page.goto('/workloads/new');
    await page.getByLabel('Workspace name').fill('plain');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByLabel('Image URL').fill('jupyter/scipy-notebook');
    await page.getByRole('button', { name: 'Create workspace' }).click();
    await expect(page).toHaveURL(/\/workloads\?open=/);
    await expect(row(page, 'plain')).toBeVisible();
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await expect(async () => {
      await page.goto('/workloads');
      await expect(row(page, 'plain')).toContainText('Stopped', { timeout: 1_000 });
    }).toPass();
    await row(page, 'plain').getByRole('link', { name: 'plain' }).click();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await expect(async () => {
      await page.goto('/workloads');
      await expect(row(page, 'plain')).toHaveCount(0, { timeout: 1_000 });
    }).toPass();
  });

  test('a refusal keeps what was typed', async ({ page, berth }) => {
    await welcome(page, await berth.link());
    await page.goto('/workloads/new/workspace?project=1&name=Wrong');
    await page.getByLabel('Image URL').fill('a b');
    await page.getByRole('button', { name: 'Create workspace' }).click();
    await expect(page.getByRole('alert')).toContainText('spec.image');
    await expect(page.getByLabel('Image URL')).toHaveValue('a b');
  });
});
