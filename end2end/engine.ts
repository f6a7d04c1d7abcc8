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

/** What a file of stories has to itself. */
interface Shared {
  /** Whether the engine has `localhost/jupyter:1`; to unpack it takes longer than many a story. */
  notebooks: boolean;
  engine: Engine;
}

/** A test whose Berth has a real engine: one for all stories of a file, as a machine may have had another Berth before. */
export const story = test.extend<object, Shared>({
  notebooks: [false, { option: true, scope: 'worker' }],
  engine: [
    async ({ notebooks }, use) => {
      const engine = await startEngine(notebooks ? [`localhost/jupyter:1=${process.env.BERTH_JUPYTER}`] : []);
      await use(engine);
      await engine.stop();
    },
    { scope: 'worker' },
  ],
  server: async ({ engine }, use) => use({ engine: engine.socket }),
});

/** Starts an engine with the image `localhost/busy:1` and these (`NAME=ARCHIVE`). */
async function startEngine(images: string[]): Promise<Engine> {
  const child = spawn(process.env.BERTH_ENGINE_BIN ?? '', images, {
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
