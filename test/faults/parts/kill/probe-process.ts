/** A real probe, of this tree's source, as a process of its own that can be made to stand still. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { buildSync } from 'esbuild'
import { openPeer, type Peer } from '../../../../src/rpc/peer.ts'
import { killOne } from '../../../real/parts/processes.ts'
import type { Factory } from './factory.ts'
import type { StopAt } from './stop-at.ts'

const ROOT = new URL('../../../../', import.meta.url).pathname

export interface Programs {
  readonly probe: string
  readonly stopAt: string
}

/** Both bundled once, so that a probe starts as quickly as the product's own. */
export function buildPrograms(dir: string): Programs {
  const bundle = (from: string, to: string) => {
    buildSync({
      entryPoints: [join(ROOT, from)],
      outfile: join(dir, to),
      bundle: true,
      platform: 'node',
      format: 'cjs',
      logLevel: 'error',
    })
    return join(dir, to)
  }
  return {
    probe: bundle('src/probe/main.ts', 'probe.cjs'),
    stopAt: bundle('test/faults/parts/kill/stop-at.ts', 'stop-at.cjs'),
  }
}

export interface ProbeProcess {
  readonly peer: Peer
  readonly pid: number
  kill(): void
  /** The link to it falls: it hears the end of its input, or nothing, as when a network is silent. */
  cut(how: 'heard' | 'silent'): void
  /** Lets one end that heard nothing. */
  end(): void
  readonly ended: Promise<void>
}

export interface ProbeOptions {
  stop: Pick<StopAt, 'step' | 'moment'> | null
  /** It stands at its step, or, with `step` 0, passes one: it goes on when this returns. */
  reached?(name: string): void
  factory: Pick<Factory, 'env' | 'enter' | 'probeOf'>
}

export function startProbeProcess(
  { probe, stopAt }: Programs,
  { stop, reached, factory }: ProbeOptions,
): ProbeProcess {
  const at: StopAt | null = stop && { ...stop, of: '', say: 3, wait: 4 }
  const told = at ? [`STOP_AT=${JSON.stringify(at)}`] : []
  const preloaded = at ? ['--require', stopAt] : []
  const { enter, env } = factory
  const words = [...enter, 'env', ...told, process.execPath, ...preloaded, probe]
  const child = spawn('env', words, {
    env,
    stdio: ['pipe', 'pipe', 'ignore', 'pipe', 'pipe'],
  })
  const { stdin, stdout } = child
  const [, , , said, wait] = child.stdio
  if (stdin === null || stdout === null) throw new Error('a probe without its pipes')
  const pid = child.pid ?? 0
  const ended = new Promise<void>(resolve => {
    child.once('exit', () => resolve())
  })
  for (const stream of [stdin, stdout, said, wait]) stream?.on('error', () => undefined)
  let text = ''
  said?.on('data', (chunk: Buffer) => {
    text += chunk.toString()
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n')) {
      reached?.(text.slice(0, end))
      text = text.slice(end + 1)
      if (stop?.step !== 0) (wait as NodeJS.WritableStream).write('.')
    }
  })
  let isSilent = false
  const hangUp = () => {
    if (!isSilent) stdin.end()
  }
  const wire = { input: stdout, output: stdin, destroy: hangUp }
  const peer = openPeer(wire, {})
  return {
    peer,
    pid,
    ended,
    kill: () => factory.probeOf(pid).forEach(killOne),
    cut: how => {
      isSilent = how === 'silent'
      hangUp()
      stdout.destroy()
    },
    end: () => void stdin.end(),
  }
}
