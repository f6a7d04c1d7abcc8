// Reclaim as two members see it: one of a starved project waits and then runs; one of another project loses a place,
// and is told why without being told to whom. What the administrator replays of it is the same.
import { type Page, Complaints, expect, expectAccessible, shots, test } from '../fixtures';
import type { Server } from '../server';

test.use({ server: { demo: true } });

const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name }).first();

/** How long preemptible work of a node pool is left alone. */
async function protect(berth: Server, pool: string, runtime: string): Promise<void> {
  const { nodepools } = await berth.api('GET', '/api/v1/node-pools');
  const { id } = nodepools.find((one: { name: string }) => one.name === pool);
  const schedulingConfiguration = { minGuaranteedRuntime: runtime };
  await berth.api('PATCH', `/api/v1/node-pools/${id}`, { schedulingConfiguration });
}

/** A preemptible workspace that takes a whole node of h100, over the quota of its project. */
async function hog(berth: Server, project: string): Promise<void> {
  const { projects } = await berth.api('GET', `/api/v1/org-unit/projects?filterBy=name==${project}`);
  const { id: projectId, clusterId } = projects[0];
  const compute = { gpuDevicesRequest: 8 };
  const spec = { image: 'a', nodePools: ['h100'], preemptibility: 'preemptible', compute };
  await berth.api('POST', '/api/v1/workloads/workspaces', { name: 'hog', projectId, clusterId, spec });
}

test('a member of a starved project waits, then runs; who goes is told why, and not for whom', async ({
  page,
  berth,
  browser,
}) => {
  test.setTimeout(180_000);
  await protect(berth, 'h100', '45s');
  await hog(berth, 'language');

  // Somebody of language sees it run.
  const theirs = await (await browser.newContext({ baseURL: berth.url })).newPage();
  const complaints = new Complaints();
  complaints.listen(theirs);
  await berth.member(theirs, { project: 'language' });
  await theirs.goto('/workloads');
  await expect(row(theirs, 'hog')).toContainText('Running', { timeout: 60_000 });

  // Somebody of vision asks for more than the project is promised; what the fix asks for starts at once.
  await berth.member(page, { project: 'vision' });
  const form = (name: string, gpus: number) =>
    page.goto(`/workloads/new/workspace?project=2&name=${name}&image=a&gpu_devices=${gpus}&node_pools=h100`);
  const verdict = page.locator('[data-verdict]');
  await form('modest', 8);
  await expect(verdict).toHaveAttribute('data-verdict', 'never');
  await page.getByRole('button', { name: /^Ask for 2 GPUs/ }).first().click();
  await expect(verdict).toHaveAttribute('data-verdict', 'now');
  await page.getByRole('button', { name: 'Create workspace' }).click();
  await expect(row(page, 'modest')).toContainText('Running', { timeout: 60_000 });

  // Nothing is free now; half of what the project is promised is still owed to it.
  await form('starved', 2);
  await expect(verdict).toHaveAttribute('data-verdict', 'waits');
  await expect(verdict).toContainText('protected until');
  await expect(page.locator('main')).not.toContainText('hog');
  await page.getByRole('button', { name: 'Create workspace' }).click();

  // It waits, and is told why; then it runs, and nobody has touched anything.
  await expect(row(page, 'starved')).toContainText('Waiting: what could make room in h100 is protected');
  await shots(page, 'reclaim-waits');
  await expect(row(page, 'starved')).toContainText('Running', { timeout: 90_000 });
  await expect(row(page, 'hog')).toHaveCount(0);
  await expectAccessible(page);

  // The other one has lost its place to a workload without a name.
  await expect(row(theirs, 'hog')).toContainText('Pending');
  await expect(row(theirs, 'hog')).toContainText('Stopped to give a workload of another project');
  await row(theirs, 'hog').getByRole('link').first().click();
  const told = theirs.getByText(/Stopped to give a workload of another project what its project is due \(cycle \d+\)/);
  await expect(told.first()).toBeVisible();
  await expect(theirs.locator('body')).not.toContainText('starved');
  await expect(theirs.locator('body')).not.toContainText('vision');
  await expectAccessible(theirs);
  await shots(theirs, 'reclaim-told');
  const cycle = /cycle (\d+)/.exec((await told.first().textContent()) ?? '')?.[1];

  // The same history, read by a program, and by whoever may see both.
  const { workloads } = await berth.api('GET', '/api/v1/workloads?filterBy=name==hog');
  const path = `/api/v1/workloads/${workloads[0].id}/history`;
  const read = async (of: Page) => JSON.stringify(await (await of.request.get(`${berth.url}${path}`)).json());
  expect(await read(theirs)).not.toContain('starved');
  expect(JSON.stringify(await berth.api('GET', path))).toContain('starved');

  // Played again, the cycle decides the same.
  const replayed = await berth.api('GET', `/api/v1/cycles/${cycle}/replay`);
  expect(replayed.same).toBe(true);
  expect(complaints.heard).toEqual([]);
});
