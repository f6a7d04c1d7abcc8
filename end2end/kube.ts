// A throw-away control plane of Kubernetes (kube/README.md) for stories whose workspaces are pods: a real API server, with
// nodes that are played.
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

import { expect, test } from './fixtures';

const run = promisify(execFile);
const SCRIPTS = path.resolve(__dirname, '../kube');
const PATIENCE_MS = 30_000;

/** Whether one is built on this machine. */
export const hasKubernetes = Boolean(process.env.BERTH_KUBERNETES);

/** A running control plane. */
export class Kube {
  private constructor(private readonly variables: NodeJS.ProcessEnv) {}

  static async start(): Promise<Kube> {
    const { stdout } = await run(path.join(SCRIPTS, 'up.sh'));
    const lines = stdout.split('\n').map((line) => /^export (\w+)=(.*)$/.exec(line));
    return new Kube({ ...process.env, ...Object.fromEntries(lines.flatMap((of) => (of ? [[of[1], of[2]]] : []))) });
  }

  async stop(): Promise<void> {
    await run(path.join(SCRIPTS, 'down.sh'), { env: this.variables });
  }

  /** The connection that Berth is given. */
  get config(): string {
    return this.variables.BERTH_KUBE_CONFIG ?? '';
  }

  async nodes(count: number, gpus: number): Promise<void> {
    await run(path.join(SCRIPTS, 'nodes.sh'), [`${count}`, `${gpus}`], { env: this.variables });
  }

  /** Starts a part that is not there by itself, such as `kube-scheduler`. */
  async begin(part: string): Promise<void> {
    await run(path.join(SCRIPTS, 'fault.sh'), ['start', part], { env: this.variables });
  }

  /** What `kubectl` says to somebody who may do everything. */
  async kubectl(...words: string[]): Promise<string> {
    const { BERTH_KUBE_KUBECTL, BERTH_KUBE_ADMIN_CONFIG } = this.variables;
    const { stdout } = await run(BERTH_KUBE_KUBECTL ?? '', ['--kubeconfig', BERTH_KUBE_ADMIN_CONFIG ?? '', ...words]);
    return stdout.trim();
  }

  /** Waits until a namespace holds exactly these objects of the kinds that workspaces are made of. */
  async holds(namespace: string, objects: string[]): Promise<void> {
    const kinds = 'pods,services,networkpolicies,persistentvolumeclaims,secrets';
    const there = async () => (await this.kubectl('-n', namespace, 'get', kinds, '-o', 'name')).split('\n').filter(Boolean);
    await expect.poll(there, { timeout: PATIENCE_MS }).toEqual(objects);
  }
}

/** A test whose Berth drives a control plane of its own, with two nodes of eight GPUs. */
export const story = test.extend<{ kube: Kube }>({
  kube: async ({}, use) => {
    const kube = await Kube.start();
    await kube.nodes(2, 8);
    await use(kube);
    await kube.stop();
  },
  server: async ({ kube }, use) => use({ kubeconfig: kube.config }),
});
