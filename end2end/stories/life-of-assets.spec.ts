// The whole life of each sort of asset, in the browser: made, seen, edited or renamed, copied where it can be, kept while
// somebody uses it, and gone.
import { type Page, call, expect, expectAccessible, shots, test, welcome } from '../fixtures';
import { choose, open } from '../pages/assets';

test.use({ server: { demo: true } });

const head = (page: Page, name: string) => page.getByRole('rowheader', { name, exact: true });

/** Chooses a form from the menu of a table. */
async function begin(page: Page, button: string, form: string): Promise<void> {
  await page.getByLabel(button).first().click();
  await page.getByRole('menuitem', { name: form, exact: true }).click();
}

async function rename(page: Page, from: string, to: string): Promise<void> {
  await choose(page, from, 'Rename');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name', { exact: true }).fill(to);
  await dialog.getByRole('button', { name: 'Rename' }).click();
  await expect(head(page, to)).toBeVisible();
}

async function copy(page: Page, from: string, to: string): Promise<void> {
  await choose(page, from, 'Make a copy');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name', { exact: true }).fill(to);
  await dialog.getByRole('button', { name: 'Make a copy' }).click();
  await expect(head(page, to)).toBeVisible();
}

async function remove(page: Page, name: string): Promise<void> {
  await choose(page, name, 'Delete');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(head(page, name)).toHaveCount(0);
}

test('an environment', async ({ page, berth }) => {
  test.setTimeout(180_000);
  await welcome(page, await berth.link());
  await open(page, 'Environments');
  await page.getByRole('link', { name: '+New environment' }).first().click();
  await page.getByLabel('Name', { exact: true }).fill('own');
  await page.getByLabel('Image URL').fill('own/image:1');
  await page.getByLabel('UID, GID and supplementary groups').selectOption('Custom');
  await page.getByLabel('User ID (UID)').fill('1000');
  await page.getByLabel('Group ID (GID)').fill('100');
  await page.getByText('Allow the values to be modified within the workload').click();
  await page.getByRole('button', { name: 'Create environment' }).click();
  await expect(head(page, 'own')).toBeVisible();
  const stored = async () => (await call(page, 'GET', '/api/v1/asset/environment?name=own')).entries[0];
  expect((await stored()).spec).toMatchObject({ image: 'own/image:1', runAsUid: 1000, overrideUidGidInWorkspace: false });

  await choose(page, 'own', 'Edit');
  await expect(page.getByRole('switch', { name: /Allow the values to be modified/ })).not.toBeChecked();
  await page.getByLabel('Image URL').fill('own/image:2');
  await page.getByText('Allow the values to be modified within the workload').click();
  await page.getByRole('button', { name: 'Save environment' }).click();
  await expect(page.getByRole('row').filter({ has: head(page, 'own') })).toContainText('own/image:2');
  expect((await stored()).spec.overrideUidGidInWorkspace).toBe(true);
  await copy(page, 'own', 'own-copy');
  await rename(page, 'own-copy', 'own-other');
  await remove(page, 'own-other');
  await remove(page, 'own');
});

test('a compute resource', async ({ page, berth }) => {
  test.setTimeout(180_000);
  await welcome(page, await berth.link());
  await open(page, 'Compute resources');
  await page.getByRole('link', { name: '+New compute resource' }).first().click();
  await page.getByLabel('Name', { exact: true }).fill('three');
  await page.getByRole('spinbutton', { name: 'GPU devices' }).fill('3');
  await page.getByRole('button', { name: 'Create compute resource' }).click();
  await expect(head(page, 'three')).toBeVisible();
  await choose(page, 'three', 'Edit');
  await expect(page.getByRole('spinbutton', { name: 'GPU devices' })).toHaveValue('3');
  await page.getByRole('spinbutton', { name: 'GPU devices' }).fill('4');
  await page.getByRole('button', { name: 'Save compute resource' }).click();
  await expect(head(page, 'three')).toBeVisible();
  const { entries } = await call(page, 'GET', '/api/v1/asset/compute?name=three');
  expect(entries[0].spec.gpuDevicesRequest).toBe(4);
  await copy(page, 'three', 'three-copy');
  await remove(page, 'three-copy');
  await rename(page, 'three', 'four');
  await remove(page, 'four');
});

test('a PVC, new and existing, and the data volume of one', async ({ page, berth, complaints }) => {
  test.setTimeout(240_000);
  complaints.foresee(/delete_item/);
  await welcome(page, await berth.link());
  await open(page, 'Data sources');
  await begin(page, '+New data source', 'PVC');
  await page.getByLabel('Scope', { exact: true }).selectOption({ label: 'Project vision' });
  await page.getByLabel('Name', { exact: true }).fill('results');
  await page.getByRole('spinbutton', { name: 'Claim size' }).fill('20');
  await page.getByLabel('Container path').fill('/results');
  await expectAccessible(page);
  await shots(page, 'data-source-pvc');
  await page.getByRole('button', { name: 'Create data source' }).click();
  await expect(head(page, 'results')).toBeVisible();
  const { entries } = await call(page, 'GET', '/api/v1/asset/datasource/pvc?name=results');
  expect(entries[0].spec).toMatchObject({ existingPvc: false, path: '/results', claimInfo: { size: '20G', volumeMode: 'Filesystem' } });

  await begin(page, '+New data source', 'PVC');
  await page.getByLabel('Name', { exact: true }).fill('archive');
  await page.getByLabel('PVC', { exact: true }).selectOption('Existing PVC');
  await expect(page.getByRole('spinbutton', { name: 'Claim size' })).toHaveCount(0);
  await page.getByLabel('Claim name').fill('archive-2024');
  await page.getByLabel('Container path').fill('/archive');
  await page.getByRole('button', { name: 'Create data source' }).click();
  await expect(page.getByRole('row').filter({ has: head(page, 'archive') })).toContainText('archive-2024');
  await copy(page, 'archive', 'archive-copy');
  await rename(page, 'archive-copy', 'archive-two');
  await remove(page, 'archive-two');

  // Its content is shared read-only with others, and it stays while it is.
  await open(page, 'Data volumes');
  await page.getByRole('link', { name: '+New data volume' }).first().click();
  await page.getByLabel('Project', { exact: true }).selectOption({ label: 'vision' });
  await page.getByLabel('Name', { exact: true }).fill('published');
  await page.getByLabel('PVC', { exact: true }).selectOption({ index: 0 });
  await page.getByRole('group', { name: 'Scopes' }).getByLabel('Project language').check();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Create data volume' }).click();
  const published = page.getByRole('row').filter({ has: head(page, 'published') });
  await expect(published).toContainText('Project language');
  await choose(page, 'published', 'Edit');
  const edit = page.getByRole('dialog', { name: 'Edit data volume' });
  await edit.getByLabel('Description').fill('For everybody');
  await edit.getByLabel('Project language').uncheck();
  await edit.getByLabel('Department ml').check();
  await expectAccessible(page);
  await shots(page, 'data-volume-edit');
  await edit.getByRole('button', { name: 'Save' }).click();
  await expect(published).toContainText('Department ml');
  await expect(published).not.toContainText('Project language');
  // A copy shows another claim, and is shared with the same.
  await choose(page, 'published', 'Make a copy');
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('published-copy');
  await expect(page.getByLabel('Description')).toHaveValue('For everybody');
  await expect(page.getByRole('group', { name: 'Scopes' }).getByLabel('Department ml')).toBeChecked();
  await page.getByRole('link', { name: 'Cancel' }).click();
  await remove(page, 'published');
  await open(page, 'Data sources');
  await choose(page, 'results', 'Show details');
  const details = page.getByRole('dialog', { name: 'Details' });
  await expect(details.getByRole('row', { name: 'Storage request' })).toContainText('20G');
  await expect(details.getByRole('row', { name: 'Access modes' })).toContainText('Read-write by one node');
  await details.getByRole('button', { name: 'Close' }).last().click();
  await remove(page, 'results');
  await remove(page, 'archive');
});

test('a template', async ({ page, berth }) => {
  test.setTimeout(180_000);
  await welcome(page, await berth.link());
  await open(page, 'Templates');
  await page.getByRole('link', { name: '+New template' }).first().click();
  await page.getByLabel('Name', { exact: true }).fill('own');
  await page.getByRole('button', { name: 'Create template' }).click();
  // Nothing but a name is needed; it says what is missing.
  const row = page.getByRole('row').filter({ has: head(page, 'own') });
  await expect(row).toContainText('Incomplete');
  await berth.api('POST', '/api/v1/asset/datasource/nfs', {
    meta: { name: 'corpus', scope: 'tenant' }, spec: { server: 'nfs.example.com', path: '/corpus', mountPath: '/corpus' },
  });
  await choose(page, 'own', 'Edit');
  await page.getByLabel('Image URL').fill('own/image:1');
  // The values of a data source are taken over; it is not linked.
  await page.getByLabel('Data source to take over').selectOption({ index: 1 });
  await page.getByRole('button', { name: 'Load it' }).click();
  await expect(page.locator('#storage').getByLabel('Container path')).toHaveValue('/corpus');
  await expectAccessible(page);
  await shots(page, 'template-edit');
  await page.getByRole('button', { name: 'Save template' }).click();
  await expect(row).toContainText('Can be launched');
  const { entries } = await call(page, 'GET', '/api/v1/workload-templates/workspaces?search=own');
  expect(entries[0].spec.storage.nfs[0]).toMatchObject({ server: 'nfs.example.com', mountPath: '/corpus' });
  await copy(page, 'own', 'own-copy');
  await rename(page, 'own-copy', 'own-other');
  await remove(page, 'own-other');
  await remove(page, 'own');
});

test('a private registry', async ({ page, berth, complaints }) => {
  test.setTimeout(120_000);
  complaints.foresee(/make_item/);
  await welcome(page, await berth.link());
  await open(page, 'NGC private registries');
  await page.getByRole('link', { name: '+New registry' }).first().click();
  await page.getByLabel('Name', { exact: true }).fill('team-registry');
  await page.getByLabel('Registry URL').fill('not a url');
  await page.getByLabel('Username').fill('reader');
  await page.getByLabel('Password').fill('planted');
  await page.getByRole('button', { name: 'Create registry' }).click();
  await expect(page.locator('[id="spec.url-error"]')).toContainText(/URL/);
  await page.getByLabel('Registry URL').fill('https://registry.example.com');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Create registry' }).click();
  const row = page.getByRole('row').filter({ has: head(page, 'team-registry') });
  await expect(row).toContainText('https://registry.example.com');
  expect(await page.content()).not.toContain('planted');
  await shots(page, 'registries');
  await remove(page, 'team-registry');
});
