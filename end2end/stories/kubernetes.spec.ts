// The life of a workspace on Kubernetes, by an administrator in the browser: after each step the API server has exactly the
// objects that are meant. Then somebody takes a right away, and the page of clusters says so.
import { type Page, expect, expectAccessible, expectFits, shots, welcome } from '../fixtures';
import { hasKubernetes, story } from '../kube';

const NAMESPACE = 'berth-default';
const WITHIN = { timeout: 60_000 };

const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name });

const OF_NB = ['service/nb', 'networkpolicy.networking.k8s.io/nb', 'persistentvolumeclaim/nb-volume-0'];

story.skip(!hasKubernetes, 'needs a control plane: cargo xtask test --kubernetes builds it');

story('a workspace is made, stopped, run, copied and deleted', async ({ page, berth, kube }) => {
  story.setTimeout(240_000);
  await welcome(page, await berth.link());
  await page.goto('/workloads/new');
  await page.getByLabel('Workspace name').fill('nb');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel('Image URL').fill('jupyter/scipy-notebook');
  await page.getByRole('button', { name: '+Tool' }).click();
  await expect(page.getByLabel('Container port')).toHaveValue('8888');
  await page.getByRole('spinbutton', { name: 'GPU devices' }).fill('1');
  await page.getByRole('button', { name: '+Data' }).click();
  await page.getByRole('menuitem', { name: 'Volume', exact: true }).click();
  await page.locator('input[name=data_size]').fill('1');
  await page.locator('input[name=data_path]').fill('/work');
  await expect(page.getByRole('heading', { name: 'Starts now' })).toBeVisible();
  await page.getByRole('button', { name: 'Create workspace' }).click();
  await expect(row(page, 'nb')).toContainText('Running', WITHIN);
  await kube.holds(NAMESPACE, ['pod/nb-1', ...OF_NB]);
  const pod = JSON.parse(await kube.kubectl('-n', NAMESPACE, 'get', 'pod', 'nb-1', '-o', 'json'));
  expect(pod.spec.schedulerName).toBe('berth-scheduler');
  expect(pod.spec.nodeName).toMatch(/^gpu-[12]$/);
  expect(pod.spec.containers[0].resources.limits['nvidia.com/gpu']).toBe('1');
  expect(pod.spec.containers[0].image).toBe('jupyter/scipy-notebook');

  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await expect(row(page, 'nb')).toContainText('Stopped', WITHIN);
  await kube.holds(NAMESPACE, ['persistentvolumeclaim/nb-volume-0']);
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(row(page, 'nb')).toContainText('Running', WITHIN);
  await kube.holds(NAMESPACE, ['pod/nb-2', ...OF_NB]);

  await page.getByRole('link', { name: 'Make a copy' }).click();
  await expect(page.getByLabel('Image URL')).toHaveValue('jupyter/scipy-notebook');
  await page.getByLabel('Workspace name').fill('too');
  await page.getByRole('button', { name: 'Create workspace' }).click();
  await expect(row(page, 'too')).toContainText('Running', WITHIN);
  // A volume of its own.
  const both = ['pod/nb-2', 'pod/too-1', 'service/nb', 'service/too'];
  const policies = ['networkpolicy.networking.k8s.io/nb', 'networkpolicy.networking.k8s.io/too'];
  const claims = ['persistentvolumeclaim/nb-volume-0', 'persistentvolumeclaim/too-volume-0'];
  await kube.holds(NAMESPACE, [...both, ...policies, ...claims]);

  for (const name of ['too', 'nb']) {
    await row(page, name).getByRole('link', { name }).click();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await expect(row(page, name)).toHaveCount(0, WITHIN);
  }
  await kube.holds(NAMESPACE, []);
});

story('the page of clusters says what a cluster is, and what is missing', async ({ page, berth, kube }) => {
  story.setTimeout(180_000);
  await welcome(page, await berth.link());
  await page.getByRole('link', { name: 'Clusters' }).click();
  const cluster = page.getByRole('table', { name: 'Clusters', exact: true }).getByRole('row').nth(1);
  await expect(cluster).toContainText('Connected');
  await expect(cluster).toContainText('v1.37.2');
  await expect(cluster).toContainText('0 of 16');
  const rights = page.getByRole('table', { name: /^What Berth may do in/ });
  await expect(rights.getByRole('row').filter({ hasText: 'Read the nodes' })).toContainText('Yes');
  await expect(rights.getByRole('row').filter({ hasText: 'Share data volumes' })).toContainText('Not granted: create');
  await expect(page.getByRole('table', { name: /^What workspaces cannot have/ })).toContainText('Data volumes');
  await expectAccessible(page);
  await shots(page, 'clusters');
  await page.setViewportSize({ width: 390, height: 844 });
  await expectFits(page);
  await page.setViewportSize({ width: 1440, height: 900 });

  await kube.kubectl('delete', 'clusterrolebinding', 'berth');
  await expect(async () => {
    await page.getByRole('button', { name: 'Refresh' }).click();
    await expect(cluster).toContainText('Missing prerequisites', { timeout: 1_000 });
  }).toPass({ timeout: 120_000 });
  await expect(rights.getByRole('row').filter({ hasText: 'Read the nodes' })).toContainText('Missing: list nodes, watch nodes');
  await expect(page.getByText('grants what is missing').first()).toBeVisible();
  await expect(async () => {
    await page.getByRole('button', { name: 'Refresh' }).click();
    await expect(page.getByText('Berth may not list pods.metrics.k8s.io: what')).toBeVisible({ timeout: 1_000 });
  }).toPass(WITHIN);
  await expectAccessible(page);
  await shots(page, 'clusters-missing');
});

story.describe('where another scheduler binds', () => {
  story.use({
    server: async ({ kube }, use) => use({ kubeconfig: kube.config, args: ['--kube-scheduler', 'default-scheduler'] }),
  });

  story('the form says who decides, and the row what that says', async ({ page, berth, kube }) => {
    story.setTimeout(240_000);
    await kube.begin('kube-scheduler');
    await welcome(page, await berth.link());
    const fill = async (name: string, gpus: string) => {
      await page.goto('/workloads/new');
      await page.getByLabel('Workspace name').fill(name);
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByLabel('Image URL').fill('jupyter/scipy-notebook');
      await page.getByRole('spinbutton', { name: 'GPU devices' }).fill(gpus);
      await expect(page.getByRole('heading', { name: 'Another scheduler decides' })).toBeVisible();
    };
    const verdict = page.getByRole('status').filter({ hasText: 'default-scheduler chooses its node' });
    await fill('nb', '1');
    await expect(verdict).toContainText('A node has room.');
    await expectAccessible(page);
    await shots(page, 'left-to-another-form');
    await page.getByRole('button', { name: 'Create workspace' }).click();
    await expect(row(page, 'nb')).toContainText('Running', WITHIN);
    expect(await kube.kubectl('-n', NAMESPACE, 'get', 'pod', 'nb-1', '-o', 'jsonpath={.spec.nodeName}')).toMatch(/^gpu-[12]$/);

    // More than any node has.
    await fill('big', '9');
    await expect(verdict).toContainText('As Berth sees the nodes:');
    await expect(verdict).not.toContainText('A node has room.');
    await page.getByRole('button', { name: 'Create workspace' }).click();
    const says = 'default-scheduler finds no node: 0/2 nodes are available';
    await expect(row(page, 'big')).toContainText(says, WITHIN);
    await row(page, 'big').getByRole('link', { name: 'big' }).click();
    await expectAccessible(page);
    await shots(page, 'left-to-another-row');

    await page.goto('/clusters');
    const cluster = page.getByRole('table', { name: 'Clusters', exact: true }).getByRole('row').nth(1);
    await expect(cluster).toContainText('bound by default-scheduler');
    await expect(page.getByText('are bound by default-scheduler: quotas, fair share')).toBeVisible();
    await expectAccessible(page);
    await shots(page, 'left-to-another-cluster');
  });
});
