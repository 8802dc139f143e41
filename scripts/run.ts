import { spawn } from 'node:child_process';

/** One command of a list, with the name it is reported by. */
export interface Step {
  /** Short name, for the report and for choosing it on the command line. */
  name: string;
  /** Program and arguments; a package's own binary is found through `npm exec`'s path. */
  command: string[];
}

/** How a step ended. */
export interface StepResult {
  /** The step's name. */
  name: string;
  /** Whether it exited with 0. */
  ok: boolean;
  /** How long it took. */
  seconds: number;
}

/** Runs a command with this process's output and gives its exit code (1 when it could not start or was killed). */
export function run(command: string[], env: NodeJS.ProcessEnv = {}): Promise<number> {
  const [program = '', ...args] = command;
  const shell = process.platform === 'win32';
  const child = spawn(program, args, { stdio: 'inherit', shell, env: { ...process.env, ...env } });
  return new Promise((resolve) => {
    child.once('error', (error) => {
      console.error(`${program}: ${error.message}`);
      resolve(1);
    });
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

/** Runs steps one after the other, all of them, also after a failure. */
export async function runSteps(steps: Step[]): Promise<StepResult[]> {
  const results: StepResult[] = [];
  for (const { name, command } of steps) {
    console.log(`\n▶ ${name}`);
    const start = performance.now();
    const ok = (await run(command)) === 0;
    results.push({ name, ok, seconds: (performance.now() - start) / 1000 });
  }
  return results;
}

/** Prints one line a step: mark, name, time. */
export function printResults(results: StepResult[]): void {
  console.log('');
  for (const { name, ok, seconds } of results)
    console.log(`${ok ? '✓' : '✗'} ${name} (${seconds.toFixed(1)} s)`);
}
