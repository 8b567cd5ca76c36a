/** Runs git: arguments as a list, never through a shell. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'

export interface GitResult {
  code: number
  stdout: string
  stderr: string
}

export interface Git {
  /** Runs git and hands back how it ended, whatever that was. Rejects only when git is missing. */
  attempt(cwd: string, args: readonly string[], input?: string): Promise<GitResult>
  /** Runs git and hands back what it printed, trimmed at the end. Rejects when it fails. */
  run(cwd: string, args: readonly string[], input?: string): Promise<string>
  /** Starts git for whoever talks to it by its pipes. */
  start(
    cwd: string,
    args: readonly string[],
    env: Record<string, string>,
  ): ChildProcessWithoutNullStreams
}

export function gitWith(env: Record<string, string>): Git {
  const attempt: Git['attempt'] = (cwd, args, input) =>
    new Promise((resolve, reject) => {
      const child = spawn('git', args, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] })
      const texts = { stdout: '', stderr: '' }
      for (const name of ['stdout', 'stderr'] as const) {
        child[name].setEncoding('utf8').on('data', (text: string) => {
          texts[name] += text
        })
      }
      child.once('error', error =>
        reject(new Error(`git could not be started in ${cwd}: ${error.message}; install git`)),
      )
      child.once('close', code => resolve({ code: code ?? -1, ...texts }))
      // git may end before it has read all: then its exit says why, not the broken pipe.
      child.stdin.on('error', () => undefined)
      child.stdin.end(input ?? '')
    })

  return {
    attempt,
    start: (cwd, args, more) => spawn('git', args, { cwd, env: { ...env, ...more } }),
    run: async (cwd, args, input) => {
      const { code, stdout, stderr } = await attempt(cwd, args, input)
      if (code === 0) return stdout.trimEnd()
      throw new Error(`git ${args.join(' ')} in ${cwd} ended with ${code}: ${stderr.trim()}`)
    },
  }
}
