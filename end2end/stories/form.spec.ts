// The whole form, as the guide walks through it: an environment loaded and changed, everything typed by hand, what is
// mounted, and what comes of it. The names are those that the guide prints.
import { type Page, expect, expectAccessible, shots, test, welcome } from '../fixtures';

test.use({ server: { demo: true } });

const FORM = '/workloads/new/workspace?project=2&name=guide';

/** A field of a row: rows have several of the same name. */
const field = (page: Page, name: string) => page.locator(`[name=${name}]`).last();

async function open(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await expect(page.locator('[data-verdict]')).toBeVisible();
}

test('an environment is loaded, changed for this workspace, and put back', async ({ page, berth }) => {
  test.setTimeout(120_000);
  await welcome(page, await berth.link());
  await open(page, FORM);
  const section = page.locator('#environment');
  await section.getByRole('button', { name: 'Load from existing setup' }).click();
  const pane = page.getByRole('dialog', { name: 'Load an environment' });
  await expect(pane.getByRole('status')).toContainText('environments');
  await pane.getByRole('searchbox').fill('jupyter');
  await pane.getByRole('radio', { name: /jupyter-lab/ }).first().check();
  await expectAccessible(page);
  await shots(page, 'form-load-pane');
  await pane.getByRole('button', { name: 'Load jupyter-lab' }).click();
  await expect(pane).toBeHidden();

  const image = page.getByLabel('Image URL');
  await expect(image).not.toHaveValue('');
  const loaded = await image.inputValue();
  await expect(section).toContainText('Loaded from Environment jupyter-lab');
  await expect(section.getByLabel('Container port')).toHaveValue('8888');

  // A change holds for this workspace; Reset brings back what was loaded.
  await image.fill('registry.example.com/mine:1');
  await image.blur();
  await section.getByRole('button', { name: 'Reset', exact: true }).first().click();
  await expect(image).toHaveValue(loaded);

  await image.fill('registry.example.com/mine:1');
  await page.getByRole('button', { name: 'Create workspace' }).click();
  await expect(page.getByRole('row').filter({ hasText: 'guide' })).toBeVisible();
});

test('a section becomes an environment of the project, chosen at once', async ({ page, berth }) => {
  test.setTimeout(120_000);
  await welcome(page, await berth.link());
  await open(page, `${FORM}&image=own/image:2`);
  await page.locator('#environment').getByRole('button', { name: 'Load from existing setup' }).click();
  const pane = page.getByRole('dialog', { name: 'Load an environment' });
  await pane.getByRole('button', { name: 'New environment' }).click();
  await pane.getByLabel('Name', { exact: true }).fill('own-setup');
  await pane.getByRole('button', { name: 'Create environment' }).click();
  await expect(pane.getByRole('radio', { name: /own-setup/ })).toBeChecked();
  await pane.getByRole('button', { name: 'Load own-setup' }).click();
  await expect(page.locator('#environment')).toContainText('Loaded from Environment own-setup');
});

test('everything is provided by hand', async ({ page, berth }) => {
  test.setTimeout(180_000);
  await welcome(page, await berth.link());
  await open(page, `${FORM}&image=own/image:2`);

  // Setting up an environment.
  await page.getByRole('button', { name: '+Docker registry credential' }).click();
  await expect(field(page, 'secret_source')).toHaveValue('shared');
  await page.getByRole('button', { name: 'Remove credential' }).click();
  await page.getByRole('button', { name: '+Tool' }).click();
  await page.getByLabel('Connection type').selectOption('NodePort');
  await field(page, 'tool_node_port').selectOption({ label: 'Custom port' });
  await page.getByLabel('Custom port').fill('30');
  await page.getByLabel('Custom port').blur();
  await expect(page.locator('#environment')).toContainText('From 30000 to 32767');
  await page.getByLabel('Custom port').fill('30500');
  await page.getByLabel('Command', { exact: true }).fill('start.sh');
  await page.getByLabel('Arguments').fill('--a=1 --b=2');
  await page.getByRole('button', { name: '+Environment variable' }).click();
  await field(page, 'variable_name').fill('MODE');
  await field(page, 'variable_source').selectOption({ label: 'ConfigMap' });
  await expect(page.getByLabel('ConfigMap name')).toBeVisible();
  await field(page, 'variable_source').selectOption({ label: 'Custom' });
  await field(page, 'variable_value').fill('dev');
  await page.getByLabel("Container's working directory").fill('/home/jovyan');
  await page.getByLabel('UID, GID and supplementary groups').selectOption({ label: 'Custom' });
  await page.getByLabel('User ID (UID)').fill('1000');
  await page.getByLabel('Group ID (GID)').fill('100');
  await page.getByLabel('Supplementary groups', { exact: true }).fill('1,2');
  await page.getByText('Choose Linux capabilities').click();
  await page.getByRole('checkbox', { name: 'NET_ADMIN' }).check();

  // Data & storage.
  const add = async (kind: string) => {
    await page.getByLabel('+Data').click();
    await page.getByRole('menuitem', { name: kind, exact: true }).click();
  };
  await add('Volume');
  await field(page, 'data_size').fill('10');
  await field(page, 'data_path').fill('/home/jovyan/work');
  await page.getByRole('checkbox', { name: 'Read-write by many nodes' }).check();
  await add('EmptyDir');
  await field(page, 'data_path').fill('/home/jovyan/work');
  await field(page, 'data_path').blur();
  await expect(page.locator('#storage')).toContainText('Another item already uses this path');
  await field(page, 'data_path').fill('/scratch');
  await add('NFS');
  await page.getByLabel('NFS server').fill('nfs.example.com');
  await page.getByLabel('NFS path').fill('/export');
  await field(page, 'data_path').fill('/shared');
  await expectAccessible(page);
  await shots(page, 'form-whole');

  // The address keeps all of it.
  const address = page.url();
  await page.reload();
  await expect(page.getByLabel('NFS server')).toHaveValue('nfs.example.com');
  await expect(page.getByLabel('User ID (UID)')).toHaveValue('1000');
  expect(page.url()).toBe(address);

  await page.getByRole('button', { name: 'Create workspace' }).click();
  await expect(page.getByRole('row').filter({ hasText: 'guide' })).toBeVisible();
});
