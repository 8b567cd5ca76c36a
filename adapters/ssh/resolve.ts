/** Finds out how to reach a host: the user's own ssh configuration, read by ssh itself. */
import { runCommand } from '../command.ts'
import { TransportError } from '../transport.ts'
import { type HostConfig, parseConfigDump } from './config-dump.ts'
import { refused } from './failure.ts'
import { parseTarget } from './target.ts'

export interface ResolvedHost extends HostConfig {
  /** As the operator named it. */
  target: string
  /** The way there: each hop resolved as the host itself is, the nearest first. */
  jumps: ResolvedHost[]
}

export interface ResolveOptions {
  /** As ssh's own `-F`. */
  configFile?: string | undefined
  env: NodeJS.ProcessEnv
}

const MOST_JUMPS = 8

/** Resolves `ALIAS`, `user@host` or `user@host:port`. Rejects with TransportError. */
export function resolveHost(target: string, options: ResolveOptions): Promise<ResolvedHost> {
  return resolveAt(target, options, 0)
}

async function resolveAt(
  target: string,
  options: ResolveOptions,
  depth: number,
): Promise<ResolvedHost> {
  if (depth > MOST_JUMPS) {
    const mend = 'look for a ProxyJump that leads back to itself in the ssh configuration'
    throw new TransportError(refused(`${target}: more than ${MOST_JUMPS} jumps`, mend))
  }
  const config = await askSsh(target, options)
  const jumps: ResolvedHost[] = []
  for (const hop of (config.proxyJump ?? '').split(',').filter(Boolean)) {
    const resolved = await resolveAt(hop.replace(/^ssh:\/\//, ''), options, depth + 1)
    // As with ssh, only the nearest hop has a way of its own: the others are reached through it.
    jumps.push(...(jumps.length === 0 ? resolved.jumps : []), { ...resolved, jumps: [] })
  }
  return { ...config, target, jumps }
}

async function askSsh(target: string, { configFile, env }: ResolveOptions): Promise<HostConfig> {
  const named = parseTarget(target)
  if (typeof named === 'string') {
    throw new TransportError(refused(named, 'name the host as ssh does: ALIAS or user@host[:port]'))
  }
  const args = [
    '-G',
    ...(configFile === undefined ? [] : ['-F', configFile]),
    ...(named.user === null ? [] : ['-l', named.user]),
    ...(named.port === null ? [] : ['-p', String(named.port)]),
    '--',
    named.host,
  ]
  const run = await runCommand('ssh', args, { env })
  if (run.kind === 'exited' && run.code === 0) return parseConfigDump(run.stdout, named.host, env)
  throw new TransportError(refused(...whyUnresolved(target, run)))
}

function whyUnresolved(
  target: string,
  run: Awaited<ReturnType<typeof runCommand>>,
): [message: string, mend: string] {
  if (run.kind === 'missing') {
    return ['there is no ssh on this machine', 'install the OpenSSH client: it reads ~/.ssh/config']
  }
  const said = run.kind === 'broken' ? run.message : (run.stderr.trim().split('\n').at(-1) ?? '')
  return [`ssh cannot resolve ${target}: ${said}`, `see what \`ssh -G ${target}\` says and mend it`]
}
