// The guide, walked word by word: everything that is typed by hand, from the first field to the last, in both forms.
import { type Page, call, expect, expectAccessible, shots, test, welcome } from '../fixtures';
import { did } from '../guide';

test.use({ server: { demo: true } });

/** A field of a row: rows have several of the same name. */
const field = (page: Page, name: string) => page.locator(`[name=${name}]`).last();

async function created(page: Page, name: string): Promise<Record<string, any>> {
  await page.getByRole('button', { name: 'Create workspace' }).click();
  await expect(page.getByRole('row').filter({ hasText: name })).toBeVisible();
  const list = await call(page, 'GET', `/api/v1/workloads?filterBy=name==${name}`);
  return (await call(page, 'GET', `/api/v1/workloads/workspaces/${list.workloads[0].id}`)).spec;
}

async function pairs(page: Page): Promise<void> {
  for (const word of ['annotation', 'label']) {
    await page.getByRole('button', { name: `+${word}`, exact: false }).click();
    await field(page, `${word}_name`).fill(`team.example.org/${word}`);
    await field(page, `${word}_value`).fill('vision');
  }
}

/** A pool is added, moved, dragged, taken out again, and the order of the project comes back. */
async function orderPools(page: Page): Promise<void> {
  const list = page.getByRole('list', { name: 'Node pools, in order' });
  const order = () => list.locator('input[name=node_pools]').evaluateAll((all) => all.map((one) => (one as HTMLInputElement).value));
  const before = await order();
  await page.getByRole('button', { name: '+Node pool' }).click();
  const added = (await page.getByRole('menuitem').first().innerText()).trim();
  await page.getByRole('menuitem', { name: added }).click();
  await expect.poll(order).toEqual([...before, added]);
  await list.locator(`summary[aria-label="Actions for ${added}"]`).click();
  await page.getByRole('menuitem', { name: 'Move up' }).click();
  await expect.poll(order).toEqual([...before.slice(0, -1), added, ...before.slice(-1)]);
  await list.getByRole('listitem').last().dragTo(list.getByRole('listitem').first());
  await expect.poll(async () => (await order())[0]).toBe(before.at(-1));
  await list.locator(`summary[aria-label="Actions for ${added}"]`).click();
  await page.getByRole('menuitem', { name: 'Remove' }).click();
  await expect.poll(order).not.toContain(added);
  await page.getByRole('button', { name: 'Reset to project default' }).click();
  await expect.poll(order).toEqual(before);
}

test('the Flexible form, provided by hand from the first field to the last', async ({ page, berth }) => {
  test.setTimeout(240_000);
  await welcome(page, await berth.link());
  await berth.api('POST', '/api/v1/asset/datasource/config-map', {
    meta: { name: 'settings', scope: 'tenant' }, spec: { configMap: 'app-settings', mountPath: '/etc/app' },
  });

  // Creating a new workspace.
  await page.getByRole('link', { name: 'Workloads' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Workloads' })).toBeVisible();
  await page.getByRole('button', { name: '+New workload' }).click();
  await page.getByRole('menuitem', { name: 'Workspace' }).click();
  await page.getByLabel('Cluster', { exact: true }).selectOption({ index: 0 });
  await page.getByRole('radio', { name: /vision/ }).check();
  await page.getByRole('radio', { name: 'Start from scratch' }).check();
  await page.getByLabel('Workspace name').fill('walked');
  await expect(page.getByText('Free', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Continue' }).click();
  did('new.1', 'new.2', 'new.3', 'new.4', 'new.5');

  // Setting up an environment.
  const environment = page.locator('#environment');
  await environment.getByLabel('Image URL').fill('registry.example.com/team/jupyter:3');
  did('environment.hand.1');
  await environment.getByLabel('Condition for pulling the image').selectOption('Always pull from the registry');
  did('environment.hand.2');
  const tool = async (kind: string, connection: string, port: string) => {
    await environment.getByRole('button', { name: '+Tool' }).click();
    await field(page, 'tool_kind').selectOption(kind);
    await field(page, 'tool_connection').selectOption(connection);
    await field(page, 'tool_port').fill(port);
  };
  await tool('Jupyter', 'External URL', '8888');
  await field(page, 'tool_access').selectOption('Specific group(s)');
  await field(page, 'tool_groups').fill('vision-team');
  await expect(page.getByText('You will not be able to open Jupyter: it is open only to members of the groups')).toBeVisible();
  await shots(page, 'form-groups');
  await tool('TensorBoard', 'NodePort', '6006');
  await field(page, 'tool_node_port').selectOption('Custom port');
  await field(page, 'tool_external').fill('30123');
  await tool('Custom', 'Load balancer', '9000');
  did('environment.hand.3');
  await environment.getByText('+Command & arguments').click();
  await environment.getByLabel('Command', { exact: true }).fill('start.sh');
  await environment.getByLabel('Arguments').fill('--arg1=val1 --arg2=val2');
  did('environment.hand.4');
  await environment.getByRole('button', { name: '+Environment variable' }).click();
  await field(page, 'variable_name').fill('MODE');
  await field(page, 'variable_value').fill('dev');
  await environment.getByRole('button', { name: '+Environment variable' }).click();
  await field(page, 'variable_name').fill('LEVEL');
  await field(page, 'variable_source').selectOption('ConfigMap');
  await environment.getByLabel('ConfigMap name').selectOption('app-settings');
  await field(page, 'variable_key').fill('level');
  did('environment.hand.5');
  await environment.getByLabel("Container's working directory").fill('/home/jovyan');
  did('environment.hand.6');
  await environment.getByLabel('UID, GID and supplementary groups').selectOption('Custom');
  await environment.getByLabel('User ID (UID)').fill('1000');
  await environment.getByLabel('Group ID (GID)').fill('100');
  await environment.getByLabel('Supplementary groups', { exact: true }).fill('1,2');
  did('environment.hand.7');
  await environment.getByText('Choose Linux capabilities').click();
  await environment.getByRole('checkbox', { name: 'SYS_PTRACE' }).check();
  did('environment.hand.8');

  // Setting up compute resources.
  const compute = page.locator('#compute');
  await compute.getByRole('spinbutton', { name: 'GPU devices' }).fill('1');
  did('compute.hand.1');
  await compute.getByText('GPU fractioning').click();
  await compute.getByRole('spinbutton', { name: 'Request', exact: true }).fill('50');
  did('compute.hand.2');
  await compute.getByRole('spinbutton', { name: 'CPU compute request' }).fill('500');
  await field(page, 'cpu_unit').selectOption('Millicores');
  await compute.getByLabel('CPU compute limit').fill('2000');
  await compute.getByRole('spinbutton', { name: 'CPU memory request' }).fill('2');
  await field(page, 'memory_unit').selectOption('GB');
  await compute.getByLabel('CPU memory limit').fill('4');
  did('compute.hand.3');
  await compute.getByText('Increase shared memory size').click();
  await compute.getByRole('button', { name: '+Extended resource' }).click();
  await field(page, 'extended_name').fill('example.com/nic');
  await field(page, 'extended_value').fill('1');
  did('compute.hand.4');
  await orderPools(page);
  did('compute.hand.5');
  await compute.getByLabel('Node affinity').selectOption({ index: 1 });
  const kind = await compute.getByLabel('Node affinity').inputValue();
  did('compute.hand.6');
  await compute.getByRole('button', { name: '+Toleration' }).click();
  await field(page, 'toleration_key').fill('maintenance');
  await field(page, 'toleration_operator').selectOption('Exists');
  await field(page, 'toleration_effect').selectOption('NoSchedule');
  did('compute.hand.7');

  // Setting up data & storage.
  const storage = page.locator('#storage');
  const add = async (kind: string): Promise<void> => {
    await storage.getByRole('button', { name: '+Data' }).click();
    await page.getByRole('menuitem', { name: kind, exact: true }).click();
  };
  await add('NFS');
  await storage.getByLabel('NFS server').fill('nfs.example.com');
  await storage.getByLabel('NFS path').fill('/export');
  await field(page, 'data_path').fill('/shared');
  did('data.once.1', 'data.once.2');
  await add('EmptyDir');
  await field(page, 'data_limit').fill('5');
  await field(page, 'data_size_unit').selectOption('GB');
  did('data.emptydir.1');
  await field(page, 'data_path').fill('/scratch');
  did('data.emptydir.2');
  await field(page, 'data_medium').selectOption('Memory-backed storage');
  did('data.emptydir.3');
  await add('Volume');
  await field(page, 'data_class').selectOption({ label: 'None' });
  did('data.volume.1');
  await storage.getByLabel('Read-write by many nodes').check();
  await field(page, 'data_size').fill('10');
  did('data.volume.2');
  await field(page, 'data_volume_mode').selectOption('Filesystem');
  did('data.volume.3');
  await field(page, 'data_path').fill('/work');
  did('data.volume.4');
  await field(page, 'data_persistency').selectOption('Ephemeral');
  did('data.volume.5');

  // Setting up general settings.
  const general = page.locator('#general');
  await general.getByRole('radio', { name: /^Preemptible/ }).check();
  did('general.flexible.1');
  await general.getByLabel('Workload priority').selectOption('Medium high (90)');
  did('general.flexible.2');
  await general.getByRole('spinbutton', { name: 'Grace period' }).fill('120');
  did('general.flexible.3');
  await general.getByRole('spinbutton', { name: 'Backoff limit' }).fill('3');
  did('general.flexible.4');
  await general.getByRole('spinbutton', { name: 'Timeframe for auto-deletion' }).fill('12');
  await field(page, 'auto_deletion_unit').selectOption('hours');
  did('general.flexible.5');
  await pairs(page);
  did('general.flexible.6', 'general.flexible.7');
  await expectAccessible(page);
  await shots(page, 'form-walked');

  // Completing the workspace: what was chosen is what there is.
  await expect(page.locator('[data-verdict]')).toBeVisible();
  did('completing.1');
  const made = await created(page, 'walked');
  did('completing.2');
  expect(made).toMatchObject({
    image: 'registry.example.com/team/jupyter:3', imagePullPolicy: 'Always', command: 'start.sh',
    args: '--arg1=val1 --arg2=val2', workingDir: '/home/jovyan', nodeType: kind,
    exposedUrls: [{ container: 8888, authorizationType: 'authorizedGroups', authorizedGroups: ['vision-team'] }],
    ports: [
      { container: 6006, serviceType: 'NodePort', external: 30123 },
      { container: 9000, serviceType: 'LoadBalancer' },
    ],
    environmentVariables: [
      { name: 'MODE', value: 'dev' },
      { name: 'LEVEL', configMap: { name: 'app-settings', key: 'level' } },
    ],
    security: { uidGidSource: 'custom', runAsUid: 1000, runAsGid: 100, supplementalGroups: '1,2', capabilities: ['SYS_PTRACE'] },
    compute: {
      gpuDevicesRequest: 1, gpuRequestType: 'portion', gpuPortionRequest: 0.5, cpuCoreRequest: 0.5, cpuCoreLimit: 2,
      cpuMemoryRequest: '2G', cpuMemoryLimit: '4G', largeShmRequest: true,
      extendedResources: [{ resource: 'example.com/nic', quantity: '1' }],
    },
    tolerations: [{ key: 'maintenance', operator: 'Exists', effect: 'NoSchedule' }],
    storage: {
      nfs: [{ server: 'nfs.example.com', path: '/export', mountPath: '/shared' }],
      emptyDirVolume: [{ sizeLimit: '5G', path: '/scratch', medium: 'Memory' }],
      pvc: [{ existingPvc: false, ephemeral: true, path: '/work', claimInfo: { size: '10G', volumeMode: 'Filesystem' } }],
    },
    preemptibility: 'preemptible', priorityClass: 'medium-high', terminationGracePeriodSeconds: 120, backoffLimit: 3,
    autoDeletionTimeAfterCompletionSeconds: 43_200,
    annotations: [{ name: 'team.example.org/annotation', value: 'vision' }],
    labels: [{ name: 'team.example.org/label', value: 'vision' }],
  });
});

test('the Original form, from the first card to the last field', async ({ page, berth }) => {
  test.setTimeout(180_000);
  await welcome(page, await berth.link());
  await page.goto('/workloads/new/workspace?project=2&name=original&style=original');
  await page.locator('#environment').getByRole('radio', { name: /jupyter-lab/ }).first().check();
  const compute = page.locator('#compute');
  await compute.getByRole('radio', { name: /one-gpu/ }).first().check();
  did('compute.original.1');
  await orderPools(page);
  did('compute.original.2');
  await compute.getByLabel('Node affinity').selectOption({ index: 1 });
  did('compute.original.3');
  await compute.getByRole('button', { name: '+Toleration' }).click();
  await field(page, 'toleration_key').fill('dedicated');
  await field(page, 'toleration_operator').selectOption('Equals');
  await field(page, 'toleration_value').fill('research');
  await field(page, 'toleration_effect').selectOption('NoExecute');
  did('compute.original.4');
  const storage = page.locator('#storage');
  await storage.getByRole('button', { name: '+Volume' }).click();
  await field(page, 'data_class').selectOption({ label: 'None' });
  await field(page, 'data_size').fill('5');
  await field(page, 'data_path').fill('/work');
  did('data.original.1');
  const general = page.locator('#general');
  await general.getByText('Allow the workload to exceed the project quota').click();
  did('general.original.1');
  await general.getByRole('spinbutton', { name: 'Grace period' }).fill('60');
  did('general.original.2');
  await general.getByRole('spinbutton', { name: 'Backoff limit' }).fill('2');
  did('general.original.3');
  await general.getByRole('spinbutton', { name: 'Timeframe for auto-deletion' }).fill('0');
  did('general.original.4');
  await pairs(page);
  did('general.original.5', 'general.original.6');
  await expectAccessible(page);
  await shots(page, 'form-original-walked');
  const made = await created(page, 'original');
  expect(made).toMatchObject({
    image: 'jupyter/scipy-notebook', preemptibility: 'preemptible', terminationGracePeriodSeconds: 60, backoffLimit: 2,
    autoDeletionTimeAfterCompletionSeconds: 0, compute: { gpuDevicesRequest: 1 },
    tolerations: [{ key: 'dedicated', operator: 'Equal', value: 'research', effect: 'NoExecute' }],
    storage: { pvc: [{ path: '/work', claimInfo: { size: '5G' } }] },
    annotations: [{ name: 'team.example.org/annotation', value: 'vision' }],
    labels: [{ name: 'team.example.org/label', value: 'vision' }],
  });
});
