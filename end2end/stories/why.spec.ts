// Why: a project that is owed GPUs takes them back, both sides are told why, the cycle that did it
// can be played again while the server runs, and an administrator sees what draining a node would do.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { expect, expectAccessible, shots, test, welcome, type Page } from '../fixtures';

test.use({ server: { demo: true } });

/** A workspace as a program makes it. */
async function create(page: Page, name: string, project: string, spec: object): Promise<void> {
  const told = await page.evaluate(
    async ({ name, project, spec }) => {
      const list = await (await fetch('/api/v1/org-unit/projects?limit=500')).json();
      const found = list.projects.find((one: { name: string }) => one.name === project);
      const answer = await fetch('/api/v1/workloads/workspaces', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name, projectId: found.id, clusterId: found.clusterId, spec }),
      });
      return `${answer.status} ${await answer.text()}`;
    },
    { name, project, spec },
  );
  expect(told).toMatch(/^202/);
}

const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name }).first();

test('a starved project gets its own back, and everybody is told why', async ({ page, berth }) => {
  test.setTimeout(180_000);
  await welcome(page, await berth.link());

  // The hog takes a whole node of h100 over the quota of its project.
  await create(page, 'hog', 'language', {
    image: 'a',
    nodePools: ['h100'],
    preemptibility: 'preemptible',
    compute: { gpuDevicesRequest: 8 },
  });
  await page.goto('/workloads');
  await expect(row(page, 'hog')).toContainText('Running', { timeout: 60_000 });

  // Eight are too many for vision, which is promised four; the fix asks for those, and comes true.
  await page.goto('/workloads/new/workspace?project=2&name=starved&image=a&gpu_devices=8&node_pools=h100');
  const verdict = page.locator('[data-verdict]');
  await expect(verdict).toHaveAttribute('data-verdict', 'never');
  await page.getByRole('button', { name: /^Ask for 4 GPUs/ }).first().click();
  await expect(verdict).toHaveAttribute('data-verdict', 'now');
  await page.getByRole('button', { name: 'Create workspace' }).click();

  await expect(page).toHaveURL(/\/workloads\?open=/);
  await page.getByRole('link', { name: 'Close pane' }).click();
  await expect(row(page, 'starved')).toContainText('Running', { timeout: 90_000 });
  const hog = row(page, 'hog');
  await expect(hog).not.toContainText('Running');

  // Its history says why and, to whoever sees both, for whom; and in which cycle.
  await hog.getByRole('link').first().click();
  const event = page.getByText(/Stopped to give starved what its project is due \(cycle \d+\)/).first();
  await expect(event).toBeVisible();
  const cycle = /cycle (\d+)/.exec((await event.textContent()) ?? '')?.[1] ?? '';

  // What would help it is tried as a copy: a press opens the form, filled in so.
  const ways = page.getByRole('region', { name: 'Why' }).getByRole('link');
  await expect(ways.filter({ hasText: /^Ask for 4 GPUs/ })).toBeVisible();
  await expectAccessible(page);
  await shots(page, 'why-ways-out');
  const pane = page.url();
  await ways.filter({ hasText: /^Ask for 4 GPUs/ }).click();
  await expect(page.locator('[data-verdict]')).toHaveAttribute('data-verdict', 'now');
  await expect(page).toHaveURL(/copy=.*gpu_devices=4/);
  await page.goto(pane);

  // What its reason means, and what can be done, stands in the help.
  await page.getByRole('link', { name: 'What Busy means' }).click();
  await expect(page).toHaveURL(/\/help\/reasons#Busy$/);
  await expect(page.getByRole('heading', { name: 'Busy', exact: true })).toBeInViewport();
  await expectAccessible(page);
  await shots(page, 'why-reasons');
  await page.goto(pane);

  // The tab Cycle tells what the last cycle decided, and why the other one started first.
  await page.getByRole('tab', { name: 'Cycle' }).click();
  const panel = page.getByRole('tabpanel', { name: 'Cycle' });
  await expect(panel).toContainText('It decided');
  await panel.getByLabel('Why did this start before mine?').selectOption({ label: 'starved' });
  await expect(panel.locator('[data-before]')).toContainText('Project vision went first: it would stay within its quota');
  await expectAccessible(page);
  await shots(page, 'why-cycle');

  // Played again beside the running server, the cycle gives the same.
  const { stdout } = await promisify(execFile)(process.env.BERTH_BIN ?? '', [
    'replay',
    cycle,
    '--data',
    berth.data,
  ]);
  expect(stdout).toContain('it decides the same, to the byte');
  expect(stdout).toMatch(/evict\s+hog/);
  const again = await page.evaluate(
    async (cycle) => (await (await fetch(`/api/v1/cycles/${cycle}/replay`)).json()).same,
    cycle,
  );
  expect(again).toBe(true);
});

test('an administrator supposes, and changes what is promised', async ({ page, berth }) => {
  test.setTimeout(180_000);
  await welcome(page, await berth.link());
  await page.goto('/workloads');
  await expect(row(page, 'sam2-eval')).toContainText('Running', { timeout: 60_000 });

  // Draining the node of a workspace moves it.
  await page.goto('/nodes');
  await row(page, 'gpu-01').getByRole('link', { name: 'What if I drain this…' }).click();
  await expect(page.getByLabel('Node', { exact: true })).toHaveValue('gpu-01');
  const moved = page.getByRole('table', { name: 'Would be moved' });
  await page.getByRole('button', { name: 'Show what would happen' }).click();
  await expect(moved).toContainText('gpu-01');
  await expectAccessible(page);
  await shots(page, 'why-what-if');
  await page.goto('/workloads');
  await expect(row(page, 'sam2-eval')).toContainText('Running');

  // Quotas are typed in the pages; what is too much for the department is said.
  await page.goto('/projects');
  await row(page, 'vision').getByRole('button').click();
  await page.getByRole('menuitem', { name: 'Edit' }).click();
  await expect(page.getByRole('heading', { name: 'Edit project' })).toBeVisible();
  // The first pool is the default one, the second a100.
  await page.getByRole('spinbutton', { name: 'GPU quota' }).nth(1).fill('30');
  const warning = page.getByText(/The projects of the department would be promised/);
  await expect(warning).toBeVisible();
  await expectAccessible(page);
  await shots(page, 'why-quota');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page).toHaveURL(/\/projects$/);

  // A node pool is made, and goes again.
  await page.goto('/node-pools/new');
  await page.getByLabel('Name', { exact: false }).first().fill('teaching');
  await page.getByLabel('Label key').fill('room');
  await page.getByLabel('Label value').fill('teaching');
  await page.getByRole('switch', { name: 'Allow time-based fairshare' }).check();
  await expect(page.getByLabel('Historical usage window')).toHaveValue('7d');
  await expectAccessible(page);
  await shots(page, 'why-pool');
  await page.getByRole('button', { name: 'Create' }).click();
  await expect(page).toHaveURL(/\/node-pools$/);
  await expect(row(page, 'teaching')).toContainText('last 7d');
  await expectAccessible(page);
  await shots(page, 'why-pools');
  await row(page, 'teaching').getByRole('button').click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(row(page, 'teaching')).toHaveCount(0);
});

test('what was said of a start stands beside what came true', async ({ page, berth }) => {
  test.setTimeout(180_000);
  await welcome(page, await berth.link());
  await page.goto('/estimates');
  await expect(page.getByRole('heading', { name: 'Nothing has come true yet' })).toBeVisible();
  await expectAccessible(page);
  await shots(page, 'why-estimates-none');
  // Whoever waits for the first asks from here.
  await page.getByRole('button', { name: 'Refresh' }).click();

  // Eight that have run and are over are enough to judge by.
  const { projects } = await berth.api('GET', '/api/v1/org-unit/projects?filterBy=name==language');
  const { id: projectId, clusterId } = projects[0];
  const make = (name: string, gpuDevicesRequest: number) => {
    const compute = { gpuDevicesRequest };
    const spec = { image: 'a', nodePools: ['h100'], preemptibility: 'preemptible', compute };
    return berth.api('POST', '/api/v1/workloads/workspaces', { name, projectId, clusterId, spec });
  };
  const suspend = (id: string) => berth.api('POST', `/api/v1/workloads/workspaces/${id}/suspend`);
  const phase = async (id: string) => (await berth.api('GET', `/api/v1/workloads/workspaces/${id}`)).actualPhase;
  const past = await Promise.all(Array.from({ length: 8 }, (_, at) => make(`past-${at}`, 0)));
  for (const { workloadId } of past) {
    await expect.poll(() => phase(workloadId), { timeout: 60_000 }).toBe('Running');
    await suspend(workloadId);
    await expect.poll(() => phase(workloadId), { timeout: 60_000 }).toBe('Stopped');
  }

  // Of three that want a whole node each, at least one waits, and is told when it will start.
  const three = await Promise.all(['one', 'two', 'three'].map((name) => make(name, 8)));
  const told = async () => {
    const { workloads } = await berth.api('GET', '/api/v1/workloads?filterBy=phase==Pending&limit=500');
    const isOurs = (one: { id: string }) => three.some(({ workloadId }) => workloadId === one.id);
    return workloads.find((one: { id: string; estimate?: { p50?: string } }) => isOurs(one) && one.estimate?.p50);
  };
  await expect.poll(told, { timeout: 60_000 }).toBeTruthy();
  const late = await told();
  await page.goto(`/workloads?open=${late.id}`);
  await page.getByRole('tab', { name: 'Details' }).click();
  await expect(page.getByText(/It will probably start by/)).toBeVisible();
  for (const { workloadId } of three) if (workloadId !== late.id) await suspend(workloadId);
  await expect.poll(() => phase(late.id), { timeout: 60_000 }).toBe('Running');

  await page.goto('/estimates');
  const line = page.getByRole('table', { name: 'Estimates' }).getByRole('row').filter({ hasText: late.name });
  await expect(async () => {
    await page.getByRole('button', { name: 'Refresh' }).click();
    await expect(line).toContainText(/Before the even guess|Before the safe guess|Later than said/, { timeout: 1_000 });
  }).toPass({ timeout: 30_000 });
  await expect(line).toContainText(/judged by \d+ finished workloads/);
  await expectAccessible(page);
  await shots(page, 'why-estimates');
  await line.getByRole('link', { name: late.name }).click();
  await expect(page.getByRole('heading', { name: late.name })).toBeVisible();
});
