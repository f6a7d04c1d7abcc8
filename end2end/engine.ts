// A throw-away container engine for stories that need real containers. The program `engine` of the test kit starts it
// and ends it, with all its containers, when nobody listens any more.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

import { test } from './fixtures';

/** A running engine. */
interface Engine {
  /** What `berth serve --engine` takes. */
  socket: string;
  stop(): Promise<void>;
}

/** Whether there is one on this machine. */
export const hasEngine = Boolean(process.env.BERTH_ENGINE_BIN);

/** Whether there is, besides, an image of JupyterLab for it. */
export const hasNotebooks = hasEngine && Boolean(process.env.BERTH_JUPYTER);

/** A test whose Berth has an engine of its own. */
export const story = test.extend<{ engine: Engine }>({
  engine: async ({}, use) => {
    const engine = await startEngine();
    await use(engine);
    await engine.stop();
  },
  server: async ({ engine }, use) => use({ engine: engine.socket }),
});

/** Starts an engine with the images `localhost/busy:1` and, where there is one, `localhost/jupyter:1`. */
async function startEngine(): Promise<Engine> {
  const { BERTH_ENGINE_BIN, BERTH_JUPYTER } = process.env;
  const images = BERTH_JUPYTER ? [`localhost/jupyter:1=${BERTH_JUPYTER}`] : [];
  const child = spawn(BERTH_ENGINE_BIN ?? '', images, {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((done) => child.on('exit', () => done()));
  const lines = createInterface({ input: child.stdout });
  const socket = await new Promise<string>((done, fail) => {
    lines.once('line', done);
    child.on('error', fail);
    child.on('exit', (code) => fail(new Error(`the engine ended with ${code} before it began`)));
  });
  return {
    socket: `unix://${socket}`,
    stop: async () => {
      child.stdin.end();
      await ended;
    },
  };
}
