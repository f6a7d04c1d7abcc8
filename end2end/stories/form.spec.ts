// The whole form, as the guide walks through it: an environment loaded and changed, everything typed by hand, what is
// mounted, and what comes of it. The names are those that the guide prints.
import { type Page, call, expect, expectAccessible, shots, test, welcome } from '../fixtures';
import { did } from '../guide';

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

  // A reload keeps who gave what, and the whole section can go back.
  await page.reload();
  await expect(section).toContainText('Loaded from Environment jupyter-lab');
  await image.fill('registry.example.com/mine:1');
  await section.getByRole('button', { name: 'Reset section' }).click();
  await expect(image).toHaveValue(loaded);
  did('environment.load.1', 'environment.load.2');

  await image.fill('registry.example.com/mine:1');
  await page.getByRole('button', { name: 'Create workspace' }).click();
  await expect(page.getByRole('row').filter({ hasText: 'guide' })).toBeVisible();
});

test('a compute resource is loaded, changed for this workspace, and put back', async ({ page, berth }) => {
  test.setTimeout(120_000);
  await welcome(page, await berth.link());
  await open(page, `${FORM}&image=own/image:2`);
  const section = page.locator('#compute');
  await section.getByRole('button', { name: 'Load from existing setup' }).click();
  const pane = page.getByRole('dialog', { name: 'Load a compute resource' });
  await pane.getByRole('searchbox').fill('one-gpu');
  await pane.getByRole('radio', { name: /one-gpu/ }).first().check();
  await pane.getByRole('button', { name: 'Load one-gpu' }).click();
  await expect(pane).toBeHidden();
  const gpus = page.getByRole('spinbutton', { name: 'GPU devices' });
  await expect(gpus).toHaveValue('1');
  await expect(section).toContainText('Loaded from Compute resource one-gpu');
  await gpus.fill('2');
  await gpus.blur();
  await section.getByRole('button', { name: 'Reset', exact: true }).first().click();
  await expect(gpus).toHaveValue('1');
  did('compute.load.1', 'compute.load.2');
});

test('a section becomes an asset of the project, chosen at once', async ({ page, berth }) => {
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
  did('environment.load.3');

  // And what is asked of GPUs and CPU becomes a compute resource.
  await page.getByRole('spinbutton', { name: 'GPU devices' }).fill('1');
  await page.locator('#compute').getByRole('button', { name: 'Load from existing setup' }).click();
  const other = page.getByRole('dialog', { name: 'Load a compute resource' });
  await other.getByRole('button', { name: 'New compute resource' }).click();
  await other.getByLabel('Name', { exact: true }).fill('own-gpu');
  await other.getByRole('button', { name: 'Create compute resource' }).click();
  await expect(other.getByRole('radio', { name: /own-gpu/ })).toBeChecked();
  await other.getByRole('button', { name: 'Load own-gpu' }).click();
  await expect(page.locator('#compute')).toContainText('Loaded from Compute resource own-gpu');
  did('compute.load.3');
});

test('a tool that is elsewhere is opened beside the workspace', async ({ page, berth }) => {
  await welcome(page, await berth.link());
  await open(page, `${FORM}&image=own/image:2`);
  await page.getByRole('button', { name: '+External tool' }).click();
  await field(page, 'link_url').fill('wandb');
  await field(page, 'link_url').blur();
  await expect(page.getByText('Enter a full http(s) URL').first()).toBeVisible();
  await field(page, 'link_kind').selectOption('Comet');
  await field(page, 'link_url').fill('https://comet.example.org/${RUN}');
  await page.getByRole('button', { name: 'Create workspace' }).click();
  await expect(page.getByRole('row').filter({ hasText: 'guide' })).toBeVisible();
  const list = await call(page, 'GET', '/api/v1/workloads?filterBy=name==guide');
  const made = await call(page, 'GET', `/api/v1/workloads/workspaces/${list.workloads[0].id}`);
  expect(made.spec.relatedUrls[0]).toMatchObject({ type: 'comet', url: 'https://comet.example.org/${RUN}' });
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
  await expect(page.locator('#environment')).toContainText('Must be between 30000 and 32767');
  await page.getByLabel('Custom port').fill('30500');
  await page.getByText('+Command & arguments').click();
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
    await page.getByRole('button', { name: '+Data' }).click();
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

test('the Original form chooses from galleries, and the Flexible one shows the same', async ({ page, berth }) => {
  test.setTimeout(120_000);
  await welcome(page, await berth.link());
  await open(page, FORM);
  await page.getByText('Original', { exact: true }).click();
  const environment = page.locator('#environment');
  await environment.getByRole('radio', { name: /jupyter-lab/ }).check();
  await expect(environment.getByLabel('Container port')).toHaveValue('8888');
  did('environment.original.1');
  await expect(page.getByLabel('Image URL')).toBeHidden();
  await page.locator('#compute').getByRole('radio', { name: /one-gpu/ }).first().check();
  await page.getByRole('button', { name: '+Volume' }).click();
  await field(page, 'data_size').fill('5');
  await field(page, 'data_path').fill('/work');
  await expect(page.getByLabel('Grace period')).toBeHidden();
  await page.getByText('Allow the workload to exceed the project quota').click();
  await expect(page.getByRole('spinbutton', { name: 'Grace period' })).toBeVisible();
  await expectAccessible(page);
  await shots(page, 'form-original');
  // The same form, seen the other way.
  await page.getByText('Flexible', { exact: true }).click();
  await expect(page.getByLabel('Image URL')).toHaveValue('jupyter/scipy-notebook');
  await expect(page.getByRole('radio', { name: 'Preemptible', exact: false }).last()).toBeChecked();
  await expect(field(page, 'data_size')).toHaveValue('5');
});

test('the form in other words, and back from YAML', async ({ page, berth }) => {
  test.setTimeout(120_000);
  await welcome(page, await berth.link());
  await open(page, `${FORM}&image=own/image:2&variable_name=A&variable_value=1`);
  const section = page.locator('#renderings');
  await section.getByRole('heading', { name: 'The same in other words' }).click();
  await section.getByRole('button', { name: 'Show' }).click();
  await expect(section.locator('pre[aria-label=YAML]')).toContainText('image: own/image:2');
  await section.getByRole('tab', { name: 'Command line' }).click();
  await expect(section.locator('pre[aria-label="Command line"]')).toContainText('berth workspace submit guide');
  await section.getByRole('tab', { name: 'curl' }).click();
  await expect(section.locator('pre[aria-label=curl]')).toContainText('/api/v1/workloads/workspaces');
  await section.getByRole('tab', { name: 'Kubernetes' }).click();
  await expect(section.locator('pre[aria-label=Kubernetes]')).toContainText('schedulerName: berth-scheduler');
  await section.getByRole('tab', { name: 'YAML' }).click();
  await section.getByText('Type it instead').click();
  const text = section.getByLabel('Edit as YAML');
  await text.fill('name: typed\nspec:\n  imge: a/b\n  tyt: true\n');
  await section.getByRole('button', { name: 'Apply to the form' }).click();
  // Every mistake is said with its line, and stands out in the text itself.
  await expect(section.getByRole('alert')).toContainText('Line 3: spec.imge: there is no such field');
  await expect(section.getByRole('alert')).toContainText('Line 4: spec.tyt: there is no such field');
  await expect(section.locator('.sq-bad')).toHaveText(['imge', 'tyt']);
  await expect(text).toHaveAttribute('aria-invalid', 'true');
  await expectAccessible(page);
  await shots(page, 'form-yaml-wrong');
  await text.fill('name: typed\nspec:\n  image: a/b\n');
  await section.getByRole('button', { name: 'Apply to the form' }).click();
  await expect(page.getByLabel('Image URL')).toHaveValue('a/b');
  await expect(page.getByLabel('Workspace name')).toHaveValue('typed');
  await expectAccessible(page);
  await shots(page, 'form-renderings');
});

test('an administrator keeps an environment and a template', async ({ page, berth, complaints }) => {
  test.setTimeout(120_000);
  complaints.foresee(/keep_setup/);
  await welcome(page, await berth.link());
  await page.goto('/environments/new');
  await page.getByLabel('Name', { exact: true }).fill('typed-environment');
  await page.getByLabel('Image URL').fill('own/image:3');
  await expectAccessible(page);
  await shots(page, 'environment-new');
  await page.getByRole('button', { name: 'Create environment' }).click();
  await expect(page).toHaveURL(/\/assets\/environments$/);
  await expect(page.getByRole('rowheader', { name: 'typed-environment' })).toBeVisible();
  await page.goto('/templates/new');
  await page.getByRole('button', { name: 'Create template' }).click();
  await expect(page.locator('#name-error')).toBeVisible();
  await page.getByLabel('Name', { exact: true }).fill('typed-template');
  await page.getByLabel('Image URL').fill('own/image:3');
  await page.getByRole('button', { name: 'Create template' }).click();
  await expect(page).toHaveURL(/\/templates$/);
  await expect(page.getByRole('rowheader', { name: 'typed-template' })).toBeVisible();
  await page.goto('/workloads/new?project=2');
  await page.getByText('Template', { exact: true }).click();
  await expect(page.getByText('typed-template')).toBeVisible();
});

test('what the project keeps is loaded, and its credentials are chosen', async ({ page, berth }) => {
  test.setTimeout(180_000);
  await welcome(page, await berth.link());
  const make = async (shelf: string, button: string, kind: string, fields: Record<string, string>, create: string) => {
    await page.getByRole('link', { name: shelf, exact: true }).click();
    await expect(page.getByRole('heading', { level: 1, name: shelf })).toBeVisible();
    await page.getByLabel(button).first().click();
    await page.getByRole('menuitem', { name: kind, exact: true }).click();
    for (const [label, text] of Object.entries(fields)) {
      await page.getByLabel(label, { exact: true }).fill(text);
    }
    await page.getByRole('button', { name: create }).click();
    await expect(page.getByRole('rowheader', { name: fields.Name })).toBeVisible();
  };
  await make('Credentials', '+New credential', 'Username & password',
    { Name: 'git-login', Username: 'ada', Password: 'planted' }, 'Create credential');
  await make('Data sources', '+New data source', 'NFS',
    { Name: 'corpus', 'NFS server': 'nfs.example.com', 'NFS path': '/corpus', 'Container path': '/corpus' }, 'Create data source');

  // The first place that is offered to keep them in.
  await open(page, '/workloads/new/workspace?project=1&name=guide&image=own/image:2');
  const storage = page.locator('#storage');
  await storage.getByRole('button', { name: 'Load from existing setup' }).click();
  const pane = page.getByRole('dialog', { name: 'Load a data source or volume' });
  await pane.getByRole('radio', { name: /corpus/ }).check();
  await pane.getByRole('button', { name: 'Load corpus' }).click();
  await expect(pane).toBeHidden();
  await expect(storage).toContainText('corpus');
  await expect(storage.getByLabel('Container path')).toHaveValue('/corpus');
  await expect(storage.getByLabel('NFS server')).toBeHidden();
  await storage.getByLabel('Container path').fill('/books');
  did('data.load.1');
  await page.getByRole('button', { name: '+Environment variable' }).click();
  await field(page, 'variable_name').fill('GIT_PASSWORD');
  await field(page, 'variable_source').selectOption({ label: 'Shared secret' });
  await field(page, 'variable_secret').selectOption({ label: 'git-login (Username & password)' });
  await field(page, 'variable_key').fill('Password');
  await page.getByRole('button', { name: 'Create workspace' }).click();
  await expect(page.getByRole('row').filter({ hasText: 'guide' })).toBeVisible();
  await page.getByRole('link', { name: 'Data sources', exact: true }).click();
  await expect(async () => {
    await page.getByRole('button', { name: 'Actions for corpus', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Show usage' }).click({ timeout: 1_000 });
    await expect(page.getByRole('dialog', { name: 'Usage' }).getByText('guide')).toBeVisible();
  }).toPass();
});
